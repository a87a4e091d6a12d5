import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Mountable } from '@copilotkit/aimock'

/** How an answer ended, seen from the socket: `aborted` is the client's doing, `cut` the mock's. */
export type WireState = 'open' | 'finished' | 'aborted' | 'cut'

export interface WireRecord {
  state: WireState
}

export interface Wire extends Mountable {
  /** Oldest first; aimock's journal entry of the same request has the key in the header `wireKeyHeader`. */
  readonly records: ReadonlyMap<string, WireRecord>
  /** Destroys every open response. */
  closeAll(): void
}

export const wireKeyHeader = 'x-mock-wire-key'
const recordsKept = 1000

/**
 * Watches every chat response, and plays the faults that aimock 1.43 cannot: it only knows how to stream an answer to
 * its end, and does not look whether the client is still there. aimock offers each request to its mounts first; this
 * one keeps hold of the response and declines, so that aimock serves it.
 */
export function createWire(): Wire {
  const records = new Map<string, WireRecord>()
  const open = new Map<ServerResponse, WireRecord>()

  return {
    records,
    closeAll() {
      for (const [response, record] of open) {
        record.state = 'cut'
        response.destroy()
      }
    },
    async handleRequest(request: IncomingMessage, response: ServerResponse) {
      const record: WireRecord = { state: 'open' }
      const key = randomUUID()
      request.headers[wireKeyHeader] = key
      records.set(key, record)
      const oldest = records.keys().next()
      if (records.size > recordsKept && !oldest.done) records.delete(oldest.value)

      open.set(response, record)
      response.once('close', () => {
        open.delete(response)
        if (record.state === 'open') record.state = response.writableFinished ? 'finished' : 'aborted'
        // aimock streams on into a closed socket unless the response has ended.
        if (!response.writableEnded) response.end()
      })
      sabotage(response, record)
      return false
    },
  }
}

/**
 * Plays the fault that a frame's `system_fingerprint` names, at the moment the answer would otherwise finish. Streams
 * only: an answer in one piece of JSON has no such moment and passes as it is.
 */
function sabotage(response: ServerResponse, record: WireRecord) {
  const write = response.write.bind(response) as (frame: string, done?: () => void) => boolean
  const end = response.end.bind(response) as () => ServerResponse
  let over = false

  const faults: Record<string, (frame: string) => void> = {
    'mock-cut': () => {
      record.state = 'cut'
      write(': cut\n\n', () => response.destroy())
    },
    'mock-stall': () => undefined,
    'mock-error': (frame) => {
      write(`data: ${JSON.stringify(errorChunk(frame))}\n\n`)
      end()
    },
    'mock-early-close': () => end(),
    'mock-no-usage': (frame) => {
      write(frame)
      write('data: [DONE]\n\n')
      end()
    },
  }

  response.write = ((frame: string) => {
    if (over || response.destroyed) return false
    const finishing = frame.startsWith('data: {') && !frame.includes('"finish_reason":null')
    const fault = finishing ? faults[/"system_fingerprint":"([^"]*)"/.exec(frame)?.[1] ?? ''] : undefined
    if (!fault) return write(frame)
    over = true
    fault(frame)
    return false
  }) as ServerResponse['write']

  response.end = ((body?: string) => {
    if (over && !response.destroyed) return response
    return body === undefined ? end() : (end as (body: string) => ServerResponse)(body)
  }) as ServerResponse['end']
}

/** OpenRouter's form of an error inside a stream: the chunk it would have been, with `error` beside its choices. */
function errorChunk(frame: string) {
  return {
    ...JSON.parse(frame.slice('data: '.length)),
    error: { code: 'server_error', message: 'The mock provider disconnected unexpectedly (mock-error).' },
    choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
  }
}
