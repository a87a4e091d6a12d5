import { randomUUID } from 'node:crypto'
import type { Problem } from '@repo/contract/problem'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { attribute, metric, spanName } from '@repo/telemetry/catalogue'
import { type Sink, startSink } from '@repo/viewer/sink'
import { readUIMessageStream, type UIMessage, type UIMessageChunk } from 'ai'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Answered, ChatClient, type RunningAnswer } from './chat-client.ts'
import { startScriptedProvider } from './scripted-provider.ts'

let sink: Sink
let provider: Awaited<ReturnType<typeof startScriptedProvider>>
let databaseUrl: string
let api: ApiProcess
const script: object[][] = []

const start = (env: Record<string, string> = {}) =>
  startApi({
    DATABASE_URL: databaseUrl,
    OPENAI_BASE_URL: provider.url,
    LLM_MODELS: 'scripted,timed',
    SESSION_SECRET: 's'.repeat(32),
    ANSWER_GRACE_SECONDS: '2',
    TOOL_APPROVAL_SECONDS: '60',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    ...env,
  })

beforeAll(async () => {
  sink = await startSink()
  provider = await startScriptedProvider(script)
  databaseUrl = await ownDatabase(inject('databaseUrl'))
  api = await start()
})

afterAll(async () => {
  await api?.stop()
  await provider?.stop()
  await sink?.stop()
})

const says = (content: string) => [{ delta: { content } }, { delta: {}, finish_reason: 'stop' }]
const calls = (...made: [name: string, input: object][]) => [
  {
    delta: {
      tool_calls: made.map(([name, input], index) => ({
        index,
        id: `call-${randomUUID()}`,
        function: { name, arguments: JSON.stringify(input) },
      })),
    },
  },
  { delta: {}, finish_reason: 'tool_calls' },
]
const rename = (title: string): [string, object] => ['rename_conversation', { title }]

interface Request {
  readonly approvalId: string
  readonly toolCallId: string
  readonly approvalDescriptor?: unknown
  readonly isAutomatic?: boolean
}

/** Asks; the model makes these answers. Waits until the person has been asked so many times. */
async function waiting(
  answers: object[][],
  { requests: wanted = 1, client = new ChatClient(api.url), model = 'scripted' } = {},
) {
  script.splice(provider.requests.length, Number.POSITIVE_INFINITY, ...answers)
  const running = await client.begin('Go.', { model })
  const requests: Request[] = []
  await running.until((chunk) => {
    if (chunk.type === 'tool-approval-request') requests.push(chunk)
    return requests.length === wanted
  })
  const [request] = requests as [Request]
  return { client, running, requests, request, id: running.conversationId }
}

const decide = (client: ChatClient, id: string, { approvalId }: { approvalId: string }, decision: string) =>
  client.post(`/api/conversations/${id}/approvals/${approvalId}`, { decision })

const toolPart = async (client: ChatClient, { conversationId }: { conversationId: string }) =>
  (await client.lastMessage(conversationId)).parts.find((part) => part.type === 'dynamic-tool')

const titleOf = async (client: ChatClient, id: string) => (await client.conversation(id)).title
const counted = (decision: string) =>
  sink.metric(metric.toolApprovals.name, {
    [attribute.toolName]: 'rename_conversation',
    [attribute.approvalDecision]: decision,
  })[0]?.value ?? 0

async function endsCounted(answer: Promise<Answered>, decision: string, before: number) {
  const { metadata } = await answer
  await sink.waitFor(() => counted(decision) === before + 1)
  const [turn] = await sink.waitFor(() => {
    const spans = sink.spans({ traceId: metadata.traceId as string, name: spanName.turn })
    return spans.length > 0 && spans
  })
  expect(turn?.events.map(({ name, attributes }) => [name, attributes[attribute.approvalDecision]])).toEqual([
    ['chat.tool.approval', decision],
  ])
}

describe('a call of a tool that is not read-only', () => {
  it('waits for the person, and runs once it is allowed, with the input that was shown', async () => {
    const before = counted('once')
    const { client, running, request, id } = await waiting([calls(rename('Latency notes')), says('Done.')])
    expect(request.approvalDescriptor).toEqual({
      server: null,
      description: expect.stringContaining('another title'),
      destructive: false,
      expiresAt: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(await titleOf(client, id)).toBe('Go.')

    const response = await decide(client, id, request, 'once')
    expect([response.status, await response.json()]).toEqual([200, { decision: 'once' }])
    const answer = await running.end()
    expect(answer.text).toBe('Done.')
    expect(await titleOf(client, id)).toBe('Latency notes')
    expect(answer.chunks.map(({ type }) => type).filter((type) => type.startsWith('tool'))).toEqual([
      'tool-input-start',
      'tool-input-delta',
      'tool-input-available',
      'tool-approval-request',
      'tool-approval-response',
      'tool-output-available',
    ])
    expect(await toolPart(client, answer)).toMatchObject({
      state: 'output-available',
      input: { title: 'Latency notes' },
      approval: { id: request.approvalId, approved: true, descriptor: request.approvalDescriptor },
      callProviderMetadata: { chat: { decision: 'once' } },
    })
    await endsCounted(Promise.resolve(answer), 'once', before)
  })

  it('is a phase of its own; the speed of tool and turn does not know of it', async () => {
    const of = (name: string, attributes = {}) =>
      sink.metric(name, { ...attributes, [attribute.requestModel]: 'timed' })[0]
    const sums = () => ({
      turn: of(metric.turnDuration.name)?.sum ?? 0,
      approval: of(metric.phaseTime.name, { [attribute.phase]: 'approval' })?.value ?? 0,
      turns: of(metric.turnDuration.name)?.count ?? 0,
    })
    const answers = [calls(rename('Slow to decide')), says('Done.')]
    const { client, running, request, id } = await waiting(answers, { model: 'timed' })
    await new Promise((resolve) => setTimeout(resolve, 2000))
    await decide(client, id, request, 'once')
    const { metadata } = await running.end()
    const phases = metadata.timeline.map(({ phase }) => phase)
    expect(phases.slice(0, 3)).toEqual(['preparing', 'waiting', 'answering'])
    expect(phases.slice(phases.indexOf('approval'))).toEqual(['approval', 'tool', 'waiting', 'answering'])
    const asked = metadata.timeline.find(({ phase }) => phase === 'approval')
    const seconds = ((asked?.endMs ?? 0) - (asked?.startMs ?? 0)) / 1000
    expect(seconds).toBeGreaterThan(1.9)
    expect(metadata.durationMs).toBe(metadata.timeline.at(-1)?.endMs)
    await sink.waitFor(() => sums().turns === 1)
    const after = sums()
    expect(after.approval).toBeCloseTo(seconds, 6)
    expect(after.turn).toBeCloseTo((metadata.durationMs as number) / 1000 - seconds, 6)
    const tool = { traceId: metadata.traceId as string, name: 'execute_tool rename_conversation' }
    const span = await sink.waitFor(() => sink.spans(tool)[0])
    expect(span?.durationMs).toBeLessThan(1500)
  })

  it('does not run when it is denied: the model is told, and answers', async () => {
    const before = counted('denied')
    const { client, running, request, id } = await waiting([calls(rename('No')), says('As you wish.')])
    expect((await decide(client, id, request, 'deny')).status).toBe(200)
    const answer = await running.end()
    expect(answer).toMatchObject({ text: 'As you wish.', metadata: { outcome: 'finished' } })
    expect(await titleOf(client, id)).toBe('Go.')
    expect(provider.requests.at(-1)?.messages.at(-1)).toMatchObject({
      role: 'tool',
      content: expect.stringMatching(/^The person did not allow this call\./),
    })
    expect(await toolPart(client, answer)).toMatchObject({
      state: 'output-denied',
      approval: { approved: false, reason: expect.stringContaining('did not allow') },
    })
    await endsCounted(Promise.resolve(answer), 'denied', before)
    expect(
      sink.spans({ traceId: answer.metadata.traceId as string, name: 'execute_tool rename_conversation' }),
    ).toEqual([])
    script.splice(provider.requests.length, Number.POSITIVE_INFINITY, says('Fine.'))
    expect((await client.ask('And now?', { conversationId: id })).text).toBe('Fine.')
    expect(JSON.stringify(provider.requests.at(-1))).toContain('did not allow this call')
  })

  it('does not run when nobody says anything in time', async () => {
    const hasty = await start({ TOOL_APPROVAL_SECONDS: '1', OTEL_SDK_DISABLED: 'true' })
    const client = new ChatClient(hasty.url)
    const { running, request, id } = await waiting([calls(rename('Late')), says('Nobody said so.')], { client })
    const answer = await running.end()
    expect(answer).toMatchObject({ text: 'Nobody said so.', metadata: { outcome: 'finished' } })
    expect(provider.requests.at(-1)?.messages.at(-1)).toMatchObject({ content: expect.stringMatching(/in time/) })
    expect(await toolPart(client, answer)).toMatchObject({
      state: 'output-denied',
      callProviderMetadata: { chat: { decision: 'expired' } },
    })
    const late = await decide(client, id, request, 'once')
    expect([late.status, ((await late.json()) as Problem).detail]).toEqual([
      409,
      expect.stringContaining('the time was over'),
    ])
    expect(await titleOf(client, id)).toBe('Go.')
    await hasty.stop()
  })

  it('is allowed for the conversation: for the next answers of it, and for no other conversation', async () => {
    const before = counted('remembered')
    const { client, running, request, id } = await waiting([calls(rename('First')), says('Done.')])
    await decide(client, id, request, 'conversation')
    await running.end()
    script.splice(provider.requests.length, Number.POSITIVE_INFINITY, calls(rename('Second')), says('Again.'))
    const again = await client.ask('Once more.', { conversationId: id })
    expect(await titleOf(client, id)).toBe('Second')
    expect(again.chunks.find(({ type }) => type === 'tool-approval-request')).toMatchObject({ isAutomatic: true })
    expect(again.metadata.timeline.map(({ phase }) => phase)).not.toContain('approval')
    await endsCounted(Promise.resolve(again), 'remembered', before)

    const other = await waiting([calls(rename('Elsewhere')), says('Done.')], { client })
    await decide(client, other.id, other.request, 'deny')
    await other.running.end()
    expect(await titleOf(client, other.id)).toBe('Go.')
  })

  it.each(['{"ti', '[1]', '"x"', '"null"'])(
    'fails without a question where its input is no object: %s',
    async (input) => {
      const made = [
        { delta: { tool_calls: [{ index: 0, id: 'x', function: { name: 'rename_conversation', arguments: input } }] } },
        { delta: {}, finish_reason: 'tool_calls' },
      ]
      script.splice(provider.requests.length, Number.POSITIVE_INFINITY, made, says('Oh.'))
      const { chunks } = await new ChatClient(api.url).ask('Go.')
      expect(chunks.some(({ type }) => type === 'tool-approval-request')).toBe(false)
      expect(chunks.some(({ type }) => type === 'tool-output-error')).toBe(true)
    },
  )
})

describe('several calls at once', () => {
  it('ask each; what is read-only does not wait; each decision is about its own', async () => {
    const { client, running, requests, id } = await waiting(
      [calls(rename('One'), ['calculator', { expression: '1 + 1' }], rename('Two')), says('Done.')],
      { requests: 2 },
    )
    const [first, second] = requests as [Request, Request]
    await decide(client, id, first, 'deny')
    await running.until(({ type }) => type === 'tool-output-denied')
    await decide(client, id, second, 'once')
    const answer = await running.end()
    const types = answer.chunks.map(({ type }) => type)
    expect(types.indexOf('tool-output-available')).toBeLessThan(types.indexOf('tool-approval-response'))
    const stored = (await client.lastMessage(id)).parts.filter((part) => part.type === 'dynamic-tool')
    const byCall = new Map(stored.map((part) => [part.toolCallId, part.state]))
    expect(byCall.get(first.toolCallId)).toBe('output-denied')
    expect(byCall.get(second.toolCallId)).toBe('output-available')
    expect(stored.map(({ toolName }) => toolName)).toEqual(['rename_conversation', 'calculator', 'rename_conversation'])
    expect(answer.metadata.timeline.filter(({ phase }) => phase === 'approval')).toHaveLength(1)
  })

  it('of one tool need one answer, when it is for the conversation', async () => {
    const many = Array.from({ length: 16 }, (_, i) => rename(`Title ${i}`))
    const { client, running, request, id } = await waiting([calls(...many), says('Done.')], { requests: 16 })
    await decide(client, id, request, 'conversation')
    await running.end()
    const stored = (await client.lastMessage(id)).parts.filter((part) => part.type === 'dynamic-tool')
    expect(stored.map(({ state }) => state)).toEqual(Array(16).fill('output-available'))
    const decisions = stored.map(({ callProviderMetadata }) => callProviderMetadata?.chat?.decision)
    expect(decisions.toSorted()).toEqual(['conversation', ...Array(15).fill('remembered')])
    expect(api.output()).not.toContain('MaxListeners')
  })
})

describe('the answer to the question', () => {
  it('may be given again, and not changed', async () => {
    const { client, running, request, id } = await waiting([calls(rename('Twice')), says('Done.')])
    const statuses = [
      (await decide(client, id, request, 'once')).status,
      (await decide(client, id, request, 'once')).status,
      (await decide(client, id, request, 'deny')).status,
      (await decide(client, id, request, 'conversation')).status,
    ]
    expect(statuses).toEqual([200, 200, 409, 409])
    const problem = (await (await decide(client, id, request, 'deny')).json()) as Problem
    expect(problem).toMatchObject({ type: 'urn:lgtm-chat:problem:already-decided', status: 409 })
    expect(problem.detail).toContain('allowed already')
    await running.end()
    expect((await decide(client, id, request, 'once')).status).toBe(200)
  })

  it('holds once, whoever is first of many at the same time', async () => {
    const { client, running, request, id } = await waiting([calls(rename('Race')), says('Done.')])
    const wanted = Array.from({ length: 12 }, (_, i) => ['once', 'deny', 'conversation'][i % 3] as string)
    const answers = await Promise.all(wanted.map(async (one) => [one, (await decide(client, id, request, one)).status]))
    const won = new Set(answers.flatMap(([one, status]) => (status === 200 ? [one] : [])))
    expect(won.size).toBe(1)
    expect(new Set(answers.map(([, status]) => status))).toEqual(new Set([200, 409]))
    const { conversationId } = await running.end()
    const part = await toolPart(client, { conversationId })
    expect(part?.callProviderMetadata?.chat?.decision).toBe([...won][0] === 'deny' ? 'denied' : [...won][0])
  })

  it('is for the owner alone, and only for what was asked', async () => {
    const { client, running, request, id } = await waiting([calls(rename('Foreign')), says('Done.')])
    const stranger = new ChatClient(api.url)
    expect((await decide(stranger, id, request, 'once')).status).toBe(404)
    script.splice(provider.requests.length, Number.POSITIVE_INFINITY, says('Hello.'))
    const own = await stranger.ask('Hello')
    expect((await decide(stranger, id, request, 'once')).status).toBe(404)
    expect((await decide(stranger, own.conversationId, request, 'once')).status).toBe(404)
    expect((await decide(client, id, { approvalId: randomUUID() }, 'once')).status).toBe(404)
    expect((await decide(client, id, { approvalId: 'x' }, 'once')).status).toBe(400)
    expect((await decide(client, id, request, 'always')).status).toBe(400)
    expect(await titleOf(client, id)).toBe('Go.')
    script.splice(provider.requests.length, Number.POSITIVE_INFINITY, says('Done.'))
    await decide(client, id, request, 'deny')
    await running.end()
  })

  it('may come to another process', async () => {
    const other = await start({ OTEL_SDK_DISABLED: 'true' })
    const { client, running, request, id } = await waiting([calls(rename('From elsewhere')), says('Done.')])
    const elsewhere = new ChatClient(other.url)
    elsewhere.cookie = client.cookie
    const asked = async () => (await toolPart(elsewhere, { conversationId: id }))?.state
    await expect.poll(asked, { timeout: 10_000 }).toBe('approval-requested')
    const sent = performance.now()
    expect((await decide(elsewhere, id, request, 'once')).status).toBe(200)
    await running.until(({ type }) => type === 'tool-approval-response')
    expect(performance.now() - sent).toBeLessThan(4000) // it was told, and did not look by itself
    await running.end()
    expect(await titleOf(client, id)).toBe('From elsewhere')
    await other.stop()
  })
})

describe('while it waits', () => {
  it('Stop ends the turn as stopped, and the call does not run', async () => {
    const { client, running, request, id } = await waiting([calls(rename('Stopped'))])
    await client.post(`/api/conversations/${id}/stop`, {})
    const answer = await running.end()
    expect(answer.metadata).toMatchObject({ outcome: 'stopped', error: null })
    expect(answer.metadata.timeline.at(-1)?.phase).toBe('approval')
    expect(await toolPart(client, answer)).toMatchObject({ state: 'output-error', errorText: 'stopped' })
    const late = await decide(client, id, request, 'once')
    expect(late.status).toBe(409)
    expect(await titleOf(client, id)).toBe('Go.')
  })

  it('a reader that comes back is asked again', async () => {
    const { client, request, running, id } = await waiting([calls(rename('After a reload')), says('Done.')])
    const back = (await client.rejoin(id)) as RunningAnswer
    await back.until((chunk) => chunk.type === 'tool-approval-request' && chunk.approvalId === request.approvalId)
    await decide(client, id, request, 'once')
    const [one, two] = await Promise.all([running.end(), back.end()])
    expect(two.metadata).toEqual(one.metadata)
    expect(await titleOf(client, id)).toBe('After a reload')
  })

  it('an answer that nobody reads ends as disconnected', async () => {
    const leave = new AbortController()
    script.splice(provider.requests.length, Number.POSITIVE_INFINITY, calls(rename('Gone')))
    const client = new ChatClient(api.url)
    const running = await client.begin('Go.', { signal: leave.signal })
    await running.until(({ type }) => type === 'tool-approval-request')
    leave.abort()
    const outcome = async () => (await client.lastMessage(running.conversationId)).metadata?.outcome
    await expect.poll(outcome, { timeout: 10_000 }).toBe('disconnected')
    expect(await toolPart(client, running)).toMatchObject({ state: 'output-error' })
  })

  it('a process that is killed leaves a call that is closed, and that nobody can allow', async () => {
    const doomed = await start({ OTEL_SDK_DISABLED: 'true' })
    const client = new ChatClient(doomed.url)
    const { running, request, id } = await waiting([calls(rename('Killed'))], { client })
    const survivor = new ChatClient(api.url)
    survivor.cookie = client.cookie
    await expect
      .poll(async () => (await toolPart(survivor, { conversationId: id }))?.state, { timeout: 10_000 })
      .toBe('approval-requested')
    await doomed.stop('SIGKILL')
    await running.end().catch(() => {})
    await expect.poll(async () => (await decide(survivor, id, request, 'once')).status).toBe(409)
    const next = await start({ OTEL_SDK_DISABLED: 'true' })
    expect((await survivor.lastMessage(id)).metadata?.outcome).toBe('disconnected')
    expect(await toolPart(survivor, { conversationId: id })).toMatchObject({ state: 'output-error' })
    await next.stop()
  })
})

it('what useChat makes of the stream is what a reload shows', async () => {
  const { client, running, requests, id } = await waiting([calls(rename('Live'), rename('Not')), says('Done.')], {
    requests: 2,
  })
  await decide(client, id, requests[0] as Request, 'once')
  await decide(client, id, requests[1] as Request, 'deny')
  const answer = await running.end()
  let live: UIMessage | undefined
  const stream = ReadableStream.from(answer.chunks) as ReadableStream<UIMessageChunk>
  for await (const message of readUIMessageStream({ stream })) live = message
  const parts = JSON.parse(
    JSON.stringify(live?.parts.slice(1), (key, value) => (value === 'done' && key === 'state' ? undefined : value)),
  )
  expect((await client.lastMessage(id)).parts).toEqual(parts)
})

it('what is asked, and what tools are given, is nowhere in telemetry or logs', async () => {
  const { client, running, request, id } = await waiting([calls(rename('canary_title')), says('Done.')])
  await decide(client, id, request, 'once')
  await running.end()
  await api.stop()
  for (const text of [sink.rawBodies().join('\n'), api.output()]) expect(text).not.toMatch(/canary/)
  expect(sink.rawBodies().join('\n')).toContain('chat.tool.approval')
})
