import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** What a provider answers: raw bytes, and how they come. */
export interface Wire {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
  /** Bytes of a write; all at once by default. */
  readonly split?: number
  /** Milliseconds to wait at each `%%pause%%`. */
  readonly pauseMs?: number
  /** What comes after the bytes: an end by default. */
  readonly afterwards?: 'hold' | 'reset'
  /** Afterwards the same question gets a whole answer. */
  readonly times?: number
}

const folder = new URL('wires/', import.meta.url)
const PAUSE = '%%pause%%'

const all = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => file.replaceAll('\\', '/'))
const files = new Map(all.flatMap((file) => (file.endsWith('.txt') ? [[path.posix.basename(file, '.txt'), file]] : [])))

export const wireNames = [...files.keys()].toSorted()
/** Each of a feature, with its cases. */
export const wireFolders = all.filter((file) => !file.includes('.'))

/** A file of `wires/`, or of a folder in it: where it was reported, status and headers, a blank line, the body. */
export function readWire(name: string): Wire {
  const bytes = readFileSync(new URL(files.get(name) ?? '', folder))
  const end = bytes.indexOf('\n\n')
  const [source, status, ...lines] = bytes.subarray(0, end).toString().split('\n')
  if (!source?.startsWith('reported: ')) throw new Error(`${name} does not say where it was reported`)
  const headers = Object.fromEntries(lines.map((line) => line.split(': ', 2) as [string, string]))
  const { wire = '', ...own } = headers
  const [word, value] = wire.split('=')
  return {
    status: Number(status?.split(' ')[1]),
    headers: own,
    body: bytes.subarray(end + 2),
    ...(word === 'split' && { split: Number(value) }),
    ...(word === 'pause' && { pauseMs: Number(value) }),
    ...(word === 'times' && { times: Number(value) }),
    ...((word === 'hold' || word === 'reset') && { afterwards: word }),
  }
}

const WHOLE: Wire = {
  status: 200,
  headers: { 'content-type': 'text/event-stream' },
  body: Buffer.from(
    'data: {"id":"w","model":"m1","choices":[{"index":0,"delta":{"content":"Whole answer."},"finish_reason":"stop"}],' +
      '"usage":{"prompt_tokens":10,"completion_tokens":5}}\n\ndata: [DONE]\n\n',
  ),
}

/**
 * A provider that answers the question `wire: name` with the wire of that name, and what a tool says with a whole answer.
 * @param wireOf the wire of a name
 */
export async function startWireProvider(wireOf: (name: string) => Wire) {
  const asked = new Map<string, number>()
  const server = createServer(async (request, response) => {
    let json = ''
    for await (const data of request) json += data
    const { messages } = JSON.parse(json) as { messages: { role: string; content: string }[] }
    const last = messages.at(-1)
    const name = /wire: (\S+)/.exec(last?.role === 'user' ? last.content : '')?.[1]
    if (!name) return void send(response, WHOLE)
    const times = (asked.get(name) ?? 0) + 1
    asked.set(name, times)
    const wire = wireOf(name)
    await send(response, wire.times !== undefined && times > wire.times ? WHOLE : wire)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    /** How often the wire of a name was asked for. */
    asked: (name: string) => asked.get(name) ?? 0,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function send(
  response: ServerResponse,
  { status, headers, body, split, pauseMs, afterwards }: Wire,
): Promise<void> {
  response.on('error', () => {})
  response.writeHead(status, headers)
  response.flushHeaders()
  const parts = pauseMs ? body.toString().split(PAUSE) : [body]
  for (const [i, part] of parts.entries()) {
    if (i > 0) await sleep(pauseMs)
    const bytes = Buffer.from(part)
    const size = split ?? bytes.length
    for (let at = 0; at < bytes.length && !response.destroyed; at += size) {
      response.write(bytes.subarray(at, at + size))
      if (split) await new Promise(setImmediate)
    }
  }
  if (afterwards === 'hold') return
  if (afterwards === 'reset') {
    // What was written has to be on its way, or it is lost with the socket.
    await sleep(100)
    response.socket?.resetAndDestroy()
  } else response.end()
}
