import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'

/** Where and how a turn is asked for. */
export interface Target {
  readonly port: number
  readonly path?: string
  /** What is asked, where it is not our own API. */
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
}

const agent = new Agent({ keepAlive: true })

function question(): string {
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Hello' }] }
  return JSON.stringify({ id: randomUUID(), trigger: 'submit-message', message })
}

/**
 * One turn of a new visitor: asks and reads to the end.
 * @returns milliseconds to the first byte of content
 * @throws when the answer is none, or not whole
 */
export function ask(target: Target): Promise<number> {
  const { port, path = '/api/chat', body = question(), headers } = target
  return new Promise((resolve, reject) => {
    const sent = performance.now()
    let first = 0
    let end = ''
    const length = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), ...headers }
    const options = { port, host: '127.0.0.1', path, method: 'POST', agent, headers: length }
    const req = request(options, (response) => {
      response.on('data', (data: Buffer) => {
        if (first === 0 && data.includes('token')) first = performance.now() - sent
        end = (end + data.toString('latin1')).slice(-1000)
      })
      response.on('end', () => {
        if (response.statusCode === 200 && first > 0 && !/"error":\s*[^n]/.test(end)) resolve(first)
        else reject(new Error(`port ${port}: status ${response.statusCode}, no whole answer: ${end}`))
      })
      response.on('error', reject)
    })
    // A connection that was idle for too long while others were measured.
    req.on('error', (error) => (req.reusedSocket && first === 0 ? resolve(ask(target)) : reject(error)))
    req.end(body)
  })
}

/** So many turns, so many at once. @returns milliseconds to the first content of each */
export async function load(target: Target, turns: number, concurrency: number): Promise<number[]> {
  const firsts: number[] = []
  let left = turns
  const client = async () => {
    while (left-- > 0) firsts.push(await ask(target))
  }
  await Promise.all(Array.from({ length: concurrency }, client))
  return firsts
}

export function endConnections(): void {
  agent.destroy()
}
