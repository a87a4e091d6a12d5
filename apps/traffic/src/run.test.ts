import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { offeredModels, PaidProviderError } from './offered-models.ts'
import { type PlanOptions, plan } from './plan.ts'
import { run } from './run.ts'
import { Tally } from './tally.ts'
import { Visitors } from './visitors.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

const options: PlanOptions = {
  seed: 5,
  rate: 50,
  turns: 60,
  duration: Infinity,
  visitors: 10,
  mix: {},
  models: ['mock-standard'],
  faultModels: [],
}

async function load(url: string, maxInFlight: number, graceMs = 100) {
  const tally = new Tally()
  const visitors = new Visitors(url)
  const end = new AbortController()
  const planned = [...plan(options)]
  const running = run({ turns: planned, visitors, tally, maxInFlight, graceMs, signal: end.signal })
  return { tally, visitors, end, planned, running }
}

describe('arrivals', () => {
  it('are on time although the chat does not answer at all', async () => {
    const arrivals: number[] = []
    const url = await serve(() => arrivals.push(performance.now()))
    const { tally, visitors, end, planned, running } = await load(url, 1000)
    const lastMs = planned.at(-1)?.atMs ?? 0
    await new Promise((resolve) => setTimeout(resolve, lastMs + 1000))
    expect(arrivals).toHaveLength(60)
    // From the first to the last as long as planned, whatever the process's start cost.
    const spread = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0) - (lastMs - (planned[0]?.atMs ?? 0))
    expect(Math.abs(spread)).toBeLessThan(400)
    expect(tally.ended).toBe(0)
    expect(visitors.moved, 'nobody waits for an answer to ask the next question').toBeGreaterThan(0)
    end.abort()
    await running
    expect(tally.summary()).toMatchObject({ sent: 60, ended: 60, mismatched: 0, firstTokenMs: null })
    expect(tally.summary().outcomes).toEqual({ finished: { asked: 60, seen: 0 }, interrupted: { asked: 0, seen: 60 } })
  })

  it('beyond the cap are skipped, and counted', async () => {
    let arrived = 0
    const url = await serve(() => arrived++)
    const { tally, end, planned, running } = await load(url, 10)
    await new Promise((resolve) => setTimeout(resolve, (planned.at(-1)?.atMs ?? 0) + 1000))
    expect({ arrived, sent: tally.sent, skipped: tally.skipped }).toEqual({ arrived: 10, sent: 10, skipped: 50 })
    end.abort()
    await running
  })

  it('that the chat refuses, breaks or leaves without an outcome are told apart and listed', async () => {
    let arrived = 0
    const url = await serve((_request, response) => {
      arrived++
      if (arrived % 3 === 0) response.writeHead(503).end()
      else if (arrived % 3 === 1) response.destroy()
      else response.writeHead(200).end('data: {"type":"start","messageId":"1"}\n\ndata: [DONE]\n\n')
    })
    const { tally, running } = await load(url, 1000)
    await running
    const { outcomes, mismatched, mismatches } = tally.summary()
    expect(outcomes).toMatchObject({ 'refused (503)': { seen: 20 }, unreachable: { seen: 20 }, unknown: { seen: 20 } })
    expect(mismatched).toBe(60)
    expect(mismatches).toHaveLength(20)
    expect(mismatches[0]).toMatchObject({ turn: expect.any(Number), expected: 'finished', model: 'mock-standard' })
  })
})

describe('the models that the chat offers', () => {
  const model = (id: string, provider: string) => ({ id, provider, priced: true, default: true })
  const never = new AbortController().signal
  const offering = (...models: object[]) => serve((_request, response) => response.end(JSON.stringify(models)))

  it('are asked for until it answers', async () => {
    let asked = 0
    const url = await serve((_request, response) => {
      if (asked++ === 0) response.writeHead(503).end()
      else response.end(JSON.stringify([model('mock-standard', 'mock')]))
    })
    expect(await offeredModels(url, 5000, never)).toEqual(['mock-standard'])
    await expect(offeredModels('http://127.0.0.1:1', 0, never)).rejects.toThrow(/does not answer \(.+\)\. Start it/)
  })

  it('of a paid provider end the run, one among the mock’s too', async () => {
    for (const models of [
      [model('gpt-5-mini', 'openai')],
      [model('mock-standard', 'mock'), model('x', 'custom')],
      [],
    ]) {
      await expect(offeredModels(await offering(...models), 5000, never)).rejects.toThrow(PaidProviderError)
    }
  })
})
