import type { BodyReader } from '../provider-feature.ts'

/** A body by its first bytes: what headers say of it is often wrong. */
export const bytes = {
  reader: (reader: BodyReader, first: Uint8Array<ArrayBuffer>) =>
    first[0] === 0x1f && first[1] === 0x8b ? inflated(reader, first) : undefined,
  encoding(first: Uint8Array): string {
    if (first[1] === 0 || (first[0] === 0xff && first[1] === 0xfe)) return 'utf-16le'
    return first[0] === 0xfe && first[1] === 0xff ? 'utf-16be' : 'utf-8'
  },
}

/** Compressed, which the headers do not say. */
function inflated(reader: BodyReader, first: Uint8Array<ArrayBuffer>): BodyReader {
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(first),
    async pull(controller) {
      const { done, value } = await reader.read()
      if (done) controller.close()
      else controller.enqueue(value)
    },
    cancel: (reason) => reader.cancel(reason),
  })
  return compressed.pipeThrough(new DecompressionStream('gzip')).getReader()
}
