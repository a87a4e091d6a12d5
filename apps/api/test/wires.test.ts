import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { attribute, metric } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient, textOf } from './chat-client.ts'
import { shown } from './shown.ts'
import { type WireCase, wireCases } from './wire-cases.ts'
import { readWire, startWireProvider, wireFolders, wireNames } from './wire-provider.ts'

const cases: Record<string, WireCase> = { ...wireCases }
for (const feature of wireFolders) Object.assign(cases, (await import(`./wires/${feature}/cases.ts`)).cases)

/** USD per million tokens. */
// What is learned of a model from one wire is not to change the next: those that are refused, and that begin in a thought,
// are asked of models of their own.
const models = ['m1', 'refusing', 'thinking']
const modelOf = (name: string) => cases[name]?.model ?? (readWire(name).status === 200 ? 'm1' : 'refusing')
const PRICE = { input: 1, cachedInput: 0.1, output: 2 }
const folder = mkdtempSync(path.join(tmpdir(), 'chat-wires-'))
let sink: Sink
let provider: Awaited<ReturnType<typeof startWireProvider>>
let api: ApiProcess
let pool: pg.Pool

beforeAll(async () => {
  const file = path.join(folder, 'prices.json')
  writeFileSync(file, JSON.stringify(Object.fromEntries(models.map((model) => [model, PRICE]))))
  sink = await startSink()
  provider = await startWireProvider(readWire)
  const url = await ownDatabase(inject('databaseUrl'))
  pool = new pg.Pool({ connectionString: url, max: 2 })
  api = await startApi({
    DATABASE_URL: url,
    OPENAI_BASE_URL: provider.url,
    LLM_MODELS: models.join(),
    LLM_PRICES_FILE: file,
    LLM_MAX_RETRIES: '1',
    LLM_FIRST_CHUNK_TIMEOUT_MS: '8000',
    LLM_IDLE_TIMEOUT_MS: '2500',
    DAILY_BUDGET_USD: '1000',
    DAILY_BUDGET_USD_PER_VISITOR: '10',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
})

afterAll(async () => {
  await api?.stop()
  await pool?.end()
  await provider?.stop()
  await sink?.stop()
  rmSync(folder, { recursive: true, force: true })
})

it('every wire has its case', () => expect(Object.keys(cases).toSorted()).toEqual(wireNames))

/** What failed has an error's type, what is not whole a reason; nothing has both. */
function whyOf(attributes: Record<string, unknown>): unknown {
  const [type, reason] = [attributes[attribute.errorType], attributes[attribute.incompleteReason]]
  expect(type === undefined || reason === undefined).toBe(true)
  return type ?? reason
}

const ends = new Map<string, number>()
const total = { input: 0, output: 0, usd: 0 }

it.concurrent.each(Object.entries(cases))('%s', async (name, wire) => {
  const expected = whole(wire)
  const client = new ChatClient(api.url)
  const model = modelOf(name)
  const answer = await client.ask(`wire: ${name}`, { model })
  const { metadata, conversationId } = answer
  const { text, thoughts } = shown(answer.chunks)
  const { usage, costUsd } = metadata

  const got = {
    outcome: metadata.outcome,
    error: metadata.error?.type,
    text: typeof wire.text === 'number' ? text.length : text,
    thoughts,
    finishReason: metadata.finishReason,
    usage: usage && [usage.inputTokens, usage.outputTokens, usage.cachedInputTokens, usage.reasoningTokens],
    usd: costUsd,
  }
  const { bill, calls, sources, attempts, ...told } = expected
  expect(got).toEqual(told)
  if (metadata.error) expect(metadata.error.message).not.toBe('The answer failed.')

  const stored = await client.lastMessage(conversationId)
  expect(stored.metadata, 'the row').toMatchObject({ outcome: told.outcome, usage, costUsd })
  expect(textOf(stored)).toBe(text)
  expect(stored.parts.flatMap((part) => (part.type === 'reasoning' ? part.text : [])).join('')).toBe(thoughts)
  const made = stored.parts.flatMap((part) =>
    part.type === 'dynamic-tool' ? `${part.toolName} ${JSON.stringify(part.input)}` : [],
  )
  expect(made).toEqual(calls)
  const links = stored.parts.flatMap((part) =>
    part.type === 'source-url' ? [part.url, part.title].filter(Boolean).join(' ') : [],
  )
  expect(links).toEqual(sources)
  if (sources.length > 0 || thoughts) {
    const exported = await client.fetch(`/api/conversations/${conversationId}/export?format=markdown`)
    const markdown = await exported.text()
    for (const link of sources) expect(markdown, 'the export has its sources').toContain(`<${link.split(' ')[0]}>`)
    if (thoughts) expect(markdown.split('</details>')[0], 'and thoughts apart').toContain(thoughts.trim())
    expect(markdown.split('</details>').at(-1)).toContain(text.trim())
  }

  const { rows } = await pool.query<{ spent: string; reserved: string }>(
    `select spent_usd as spent, reserved_usd as reserved from budget
     where scope = (select visitor_id from conversation where id = $1)`,
    [conversationId],
  )
  expect(Number(rows[0]?.reserved), 'nothing stays reserved').toBe(0)
  const spent = Number(rows[0]?.spent)
  if (bill === 'nothing') expect(spent).toBe(0)
  else if (bill === 'cost') expect(spent).toBeCloseTo(costUsd ?? Number.NaN, 12)
  else expect(spent, 'an estimate, within what was reserved').toSatisfy((usd: number) => usd > 0.001 && usd < 0.1)

  if (attempts > 0) expect(provider.asked(name)).toBe(attempts)
  const [span] = await sink.waitFor(() => {
    const spans = sink.spans({ traceId: metadata.traceId ?? '', name: `chat ${model}` })
    return spans.length === (calls.length > 0 && told.outcome === 'finished' ? 2 : 1) && spans
  })
  expect(whyOf(span?.attributes ?? {})).toBe(told.error)
  if (calls.length === 0) expect(span?.attributes[attribute.usageOutputTokens]).toBe(usage?.outputTokens)
  for (const value of Object.values(span?.attributes ?? {})) expect(String(value).length).toBeLessThanOrEqual(512)
  const ending = `${told.outcome} ${told.error ?? ''}`
  ends.set(ending, (ends.get(ending) ?? 0) + 1)
  total.input += usage?.inputTokens ?? 0
  total.output += usage?.outputTokens ?? 0
  total.usd += costUsd ?? 0
})

it('each is counted once, its tokens and its cost too, and no stream is left', async () => {
  await sink.waitFor(() => sink.metric(metric.streamsActive.name)[0]?.value === 0)
  const counted = () => {
    const sums = new Map<string, number>()
    for (const { attributes, value } of sink.metric(metric.turns.name)) {
      const ending = `${attributes[attribute.outcome]} ${whyOf(attributes) ?? ''}`
      if (value) sums.set(ending, (sums.get(ending) ?? 0) + value)
    }
    return Object.fromEntries(sums)
  }
  await expect.poll(counted, { timeout: 5000 }).toEqual(Object.fromEntries(ends))
  const sum = (name: string) => sink.metric(name).reduce((sum, { value }) => sum + (value ?? 0), 0)
  expect(sum(metric.inputTokens.name)).toBe(total.input)
  expect(sum(metric.outputTokens.name)).toBe(total.output)
  expect(sum(metric.cost.name)).toBeCloseTo(total.usd, 9)
})

function whole(wire: WireCase) {
  const { usage = [10, 5], outcome = 'finished', text = 'Whole answer.', calls = [], sources = [] } = wire
  const known = usage && [usage[0], usage[1], usage[2] ?? null, usage[3] ?? null]
  const cached = known?.[2] ?? 0
  const price =
    known && ((known[0] ?? 0) - cached) * PRICE.input + cached * PRICE.cachedInput + (known[1] ?? 0) * PRICE.output
  const usd = wire.usd === undefined ? price && price / 1e6 : wire.usd
  return {
    ...{ outcome, error: wire.error, text, thoughts: wire.thoughts ?? '', usage: known },
    usd: usd === null ? null : expect.closeTo(usd, 12),
    finishReason: wire.finishReason === undefined ? 'stop' : wire.finishReason,
    ...{ bill: wire.bill ?? 'cost', calls, sources, attempts: wire.attempts ?? 1 },
  }
}
