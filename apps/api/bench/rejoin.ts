/**
 * `node apps/api/bench/rejoin.ts`: the figures of docs/rejoin.md, on this machine. Two API processes on one database; all
 * readers lose their connections in the middle of answers of twenty seconds, and rejoin at the same moment.
 *
 * Variable: BENCH_READERS (200).
 */
import { randomUUID } from 'node:crypto'
import { cpus, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { startBench } from './candidates.ts'
import type { Part } from './process.ts'

const readers = Number(process.env.BENCH_READERS ?? 200)
const CHUNKS = 800
const PAUSE_MS = 25
const WHOLE = ' token after'.repeat(CHUNKS / 2)

interface Answer {
  readonly conversationId: string
  readonly cookie: string
}

const bench = await startBench()
try {
  await bench.upstream.tell({ chunks: CHUNKS, pauseMs: PAUSE_MS })
  const environment = {
    MAX_RUNNING_TURNS: '1000',
    MAX_STREAMS_PER_VISITOR: '1000',
    RATE_LIMIT_PER_MINUTE: '1000',
    ANSWER_GRACE_SECONDS: '30',
  }
  const holder = await bench.api('holder', environment)
  const other = await bench.api('other', environment)
  const gigabytes = Math.round(totalmem() / 2 ** 30)
  console.log(`${cpus().length} x ${cpus()[0]?.model}, ${gigabytes} GB, Node ${process.version}; ${readers} readers\n`)
  console.log('| | first byte p50 | p95 | whole answers | memory of the holder | of the other process |')
  console.log('|---|---:|---:|---:|---:|---:|')
  for (const answers of [1, readers])
    for (const at of [holder, other]) console.log(await measured(holder, at, other, answers))
} finally {
  await bench.stop()
}

async function measured(holder: Part, at: Part, other: Part, count: number): Promise<string> {
  const answers: Answer[] = []
  while (answers.length < count)
    answers.push(...(await Promise.all(Array.from({ length: Math.min(20, count) }, () => begunAndLost(holder)))))
  await sleep(1000)
  const before = await memory(holder, other)
  const most = [...before] as [number, number]
  const watch = setInterval(async () => {
    for (const [i, bytes] of (await memory(holder, other)).entries()) most[i] = Math.max(most[i] as number, bytes)
  }, 250)
  const all = await Promise.all(
    Array.from({ length: readers }, (_, i) => rejoin(at, answers[i % count] as Answer).catch(() => null)),
  )
  clearInterval(watch)
  const firsts = all.flatMap((one) => one?.firstMs ?? []).sort((a, b) => a - b)
  const quantile = (q: number) => `${Math.round(firsts[Math.ceil(q * firsts.length) - 1] ?? Number.NaN)} ms`
  const whole = all.filter((one) => one?.text === WHOLE).length
  const more = most.map((bytes, i) => `+${((bytes - (before[i] as number)) / 2 ** 20).toFixed(0)} MiB`)
  const what = `${count === 1 ? 'one answer' : `${count} answers`}, at ${at === holder ? 'its own' : 'another'} process`
  return `| ${what} | ${quantile(0.5)} | ${quantile(0.95)} | ${whole} of ${readers} | ${more.join(' | ')} |`
}

async function memory(...parts: Part[]): Promise<number[]> {
  return Promise.all(parts.map(async (part) => (await part.tell({})).rssBytes))
}

async function begunAndLost({ port }: Part): Promise<Answer> {
  const conversationId = randomUUID()
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text: 'Hello' }] }
  const leave = new AbortController()
  const response = await fetch(`http://127.0.0.1:${port}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: conversationId, trigger: 'submit-message', message }),
    signal: leave.signal,
  })
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`)
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  leave.abort()
  return { conversationId, cookie }
}

async function rejoin({ port }: Part, { conversationId, cookie }: Answer): Promise<{ firstMs: number; text: string }> {
  const asked = performance.now()
  const response = await fetch(`http://127.0.0.1:${port}/api/chat/${conversationId}/stream`, { headers: { cookie } })
  if (response.status !== 200 || !response.body) throw new Error(`status ${response.status}`)
  let firstMs = 0
  let events = ''
  for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
    firstMs ||= performance.now() - asked
    events += piece
  }
  const deltas = [...events.matchAll(/^data: (\{"type":"text-delta".*)$/gm)]
  return { firstMs, text: deltas.map(([, event]) => JSON.parse(String(event)).delta).join('') }
}
