/** A stream that says nothing for so long is dead: the API sends a sign of life every 15 s. */
const SILENT_MS = 20_000
let heardAt = 0

/** True when what is read has said nothing for longer than it can. */
export const isSilent = (): boolean => performance.now() - heardAt > SILENT_MS

/** Notes when the API was heard last, keep-alives too. */
export function listening(next: typeof fetch): typeof fetch {
  return async (input, init) => {
    heardAt = performance.now()
    const response = await next(input, init)
    if (!response.body || response.status !== 200) return response
    const listener = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
      transform(bytes, controller) {
        heardAt = performance.now()
        controller.enqueue(bytes)
      },
    })
    return new Response(response.body.pipeThrough(listener), response)
  }
}
