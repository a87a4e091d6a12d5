import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startMock } from '@repo/mock-llm/mock'
import { type Answered, type ChatClient, type RunningAnswer, textOf } from '../chat-client.ts'
import { pictures } from '../pictures.ts'
import type { Bench } from './bench.ts'
import { Skip } from './install.ts'
import type { Server } from './servers.ts'

const short = 'What is the capital of France?'
const long = 'Write all the numbers from 1 to 500.'

/** Each resolves with what was seen, and throws what was wrong, or a `Skip`. */
export const cases: Readonly<Record<string, (bench: Bench) => Promise<string>>> = {
  async plain({ client }) {
    const visitor = await client()
    const answer = await visitor.ask(short)
    await whole(visitor, answer)
    return seen(answer)
  },

  async long({ client }) {
    const visitor = await client()
    const answer = await visitor.ask(long)
    await whole(visitor, answer)
    const deltas = answer.chunks.filter(({ type }) => type === 'text-delta').length
    assert(deltas >= 20, `only ${deltas} pieces`)
    return `${deltas} pieces, ${seen(answer)}`
  },

  async 'second question'({ client }) {
    const visitor = await client()
    const { conversationId } = await visitor.ask(short)
    const answer = await visitor.ask('And of Spain?', { conversationId })
    await whole(visitor, answer)
    return seen(answer)
  },

  async stop({ client, server }) {
    const visitor = await client()
    const running = await visitor.begin(long)
    await pieces(running, 5)
    const { answer, ms } = await stopped(visitor, running)
    const stored = textOf(await visitor.lastMessage(running.conversationId))
    assert.equal(stored, answer.text)
    const idle = await untilIdle(server)
    // Before its first token, too: the conversation then has a question without an answer.
    const early = await visitor.begin(long, { conversationId: running.conversationId })
    await stopped(visitor, early)
    const next = await visitor.ask(short, { conversationId: running.conversationId })
    await whole(visitor, next)
    return `stopped after ${ms} ms, ${idle}; asked again: ${seen(next)}`
  },

  async tool({ client }) {
    const visitor = await client()
    const answer = await visitor.ask('Use the calculator tool: what is 17 times 23?')
    const outputs = answer.chunks.flatMap((chunk) => (chunk.type === 'tool-output-available' ? [chunk.output] : []))
    if (outputs.length === 0 && answer.metadata.error === null) throw new Skip(`the model called none: ${seen(answer)}`)
    await whole(visitor, answer)
    const next = await visitor.ask(short, { conversationId: answer.conversationId })
    await whole(visitor, next)
    return `${outputs.length} results, the first ${JSON.stringify(outputs[0])}; then ${seen(next)}`
  },

  /** A model that takes none says so and answers without; the next one is not even tried. */
  async picture({ tapped }) {
    const { client: visitor, wire } = await tapped()
    const headers = { 'content-type': 'image/png' }
    const body = pictures.png as Buffer<ArrayBuffer>
    const response = await visitor.fetch('/api/attachments', { method: 'POST', headers, body })
    const { id } = (await response.json()) as { id: string }
    const files = [{ type: 'file', mediaType: 'image/png', url: `/api/attachments/${id}`, filename: 'plan.png' }]
    wire()
    const answer = await visitor.ask(`What is on this picture? ${short}`, { files })
    await whole(visitor, answer)
    const requests = () => wire().join('').split('HTTP/1.1 ').length - 1
    const tried = requests()
    const notices = noticesOf(answer)
    assert.equal(notices.length, tried > 1 ? 1 : 0, `${tried} requests, but ${notices.length} notices`)
    if (tried > 1) await assert.rejects(visitor.ask(short, { files }), /takes no pictures/)
    await whole(visitor, await visitor.ask(short, { conversationId: answer.conversationId }))
    assert.equal(requests(), 1)
    return `${tried} requests, ${notices.join()} ${seen(answer)}`
  },

  async 'too long'({ client, server: { tooLong } }) {
    assert(tooLong)
    const visitor = await client()
    const question = 'words '.repeat(tooLong.chars / 6)
    const answer = await visitor.ask(question, { model: tooLong.model })
    told(answer, /too long|context/i)
    const next = await visitor.ask(short)
    await whole(visitor, next)
    return seen(answer)
  },

  async 'grown too long'({ client, server: { tooLong } }) {
    assert(tooLong)
    const visitor = await client()
    const half = 'words '.repeat(tooLong.chars / 12)
    const { conversationId } = await visitor.ask(half)
    const answer = await visitor.ask(`${half} ${short}`, { conversationId })
    await whole(visitor, answer)
    const notices = noticesOf(answer)
    assert.equal(notices.length, 1)
    return `${notices[0]}, ${seen(answer)}`
  },

  async killed({ client, server }) {
    const visitor = await client()
    const running = await visitor.begin(long)
    await pieces(running, 5)
    await server.kill?.()
    const [answer, ms] = await timed(running.end())
    assert(['failed', 'truncated'].includes(answer.metadata.outcome ?? ''), `ended as ${answer.metadata.outcome}`)
    assert.equal(textOf(await visitor.lastMessage(answer.conversationId)), answer.text)
    const { conversationId } = answer
    const down = await visitor.ask(short, { conversationId })
    told(down, /reach|connect|answers|running|problem/i)
    await server.ready()
    const next = await visitor.ask(short, { conversationId })
    await whole(visitor, next)
    return `${seen(answer)} after ${ms} ms; while it was down ${seen(down)}; when it was back ${seen(next)}`
  },

  async fallback({ client, server: { kill, baseUrl, apiKey, model } }) {
    const mock = await startMock()
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'chat-providers-')), 'providers.json')
    const real = { name: 'real', baseUrl, models: [model], ...(apiKey && { apiKeyEnv: 'REAL_KEY' }) }
    const other = { name: 'other', baseUrl: mock.url, models: ['mock-standard'] }
    writeFileSync(file, JSON.stringify({ providers: [real, other] }))
    try {
      const both = { LLM_PROVIDERS_FILE: file, LLM_FALLBACK_MODELS: 'mock-standard', REAL_KEY: apiKey ?? '' }
      const visitor = await client({ ...both, OPENAI_BASE_URL: '', OPENAI_API_KEY: '', LLM_MODELS: '' })
      const { conversationId, metadata } = await visitor.ask(short)
      assert.equal(metadata.model, model)
      await kill?.()
      const other = await visitor.ask(short, { conversationId })
      await whole(visitor, other)
      assert.equal(other.metadata.model, 'mock-standard')
      return `${model}, and while it was down ${seen(other)}`
    } finally {
      await mock.stop()
      rmSync(path.dirname(file), { recursive: true })
    }
  },

  async loading({ client, server }) {
    const visitor = await client()
    await server.loading?.()
    const [answer, ms] = await timed(visitor.ask(short))
    if (answer.metadata.error) told(answer, /load/i)
    else await whole(visitor, answer)
    return `${seen(answer)} after ${ms} ms`
  },

  async 'wrong URL'({ client, server }) {
    const url = new URL(server.baseUrl)
    const answers = []
    for (const path of ['/', '/wrong/v1']) {
      const visitor = await client({ OPENAI_BASE_URL: new URL(path, url).href })
      const answer = await visitor.ask(short)
      if (path !== '/' || answer.metadata.error) told(answer, /URL|address/)
      answers.push(`${path}: ${seen(answer)}`)
    }
    return answers.join('; ')
  },

  async 'unknown model'({ client }) {
    const visitor = await client({ LLM_MODEL: 'no-such-model', LLM_MODELS: 'no-such-model' })
    const answer = await visitor.ask(short)
    if (answer.metadata.error) told(answer, /know|unknown|exist|name/i)
    return seen(answer)
  },

  async usage({ tapped }) {
    const { client, wire } = await tapped()
    wire()
    const { metadata } = await client.ask(short)
    const sent = wire().flatMap((text) => [...text.matchAll(/"usage":\s*(\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})/g)])
    const last = sent.at(-1)?.[1]
    if (!last) {
      assert.equal(metadata.usage, null)
      return 'the server sends none, and it is unknown'
    }
    const reported = JSON.parse(last) as { prompt_tokens: number; completion_tokens: number }
    const { inputTokens, outputTokens } = metadata.usage ?? {}
    assert.deepEqual([inputTokens, outputTokens], [reported.prompt_tokens, reported.completion_tokens])
    return `${inputTokens} in, ${outputTokens} out, as the server's last usage has it`
  },
}

/** As a good answer is: it ended by itself or at its limit, was counted, and is stored as it was streamed. */
async function whole(visitor: ChatClient, { conversationId, text, metadata }: Answered): Promise<void> {
  const { outcome, error, usage, ttftMs } = metadata
  const atLimit = outcome === 'truncated' && error?.type === 'length'
  assert(outcome === 'finished' || atLimit, `${outcome}: ${error?.type}: ${error?.message}`)
  assert(text.trim(), 'no text')
  assert(usage && usage.inputTokens > 0 && usage.outputTokens > 0, `usage is ${JSON.stringify(usage)}`)
  assert(ttftMs !== null, 'no time to first token')
  const stored = await visitor.lastMessage(conversationId)
  assert.equal(textOf(stored), text)
  assert.deepEqual({ ...stored.metadata, feedback: null }, { ...metadata, feedback: null })
}

function noticesOf({ chunks }: Answered): string[] {
  return chunks.flatMap((chunk) => (chunk.type === 'data-notice' ? [JSON.stringify(chunk.data)] : []))
}

/** It failed, and what the person reads says why. */
function told({ metadata: { outcome, error } }: Answered, reason: RegExp): void {
  assert.equal(outcome, 'failed')
  assert.match(error?.message ?? '', reason)
}

function seen({ text, metadata: { outcome, error, usage, ttftMs } }: Answered): string {
  if (error && error.type !== 'length') return `${outcome} (${error.type}: ${error.message})`
  const beginning = text.trim().slice(0, 24).replaceAll('\n', ' ')
  return `${outcome} "${beginning}", ${usage?.inputTokens} in, ${usage?.outputTokens} out, first after ${ttftMs?.toFixed(0)} ms`
}

async function pieces(running: RunningAnswer, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await running.untilText()
}

async function timed<T>(promise: Promise<T>): Promise<[T, number]> {
  const begin = performance.now()
  return [await promise, Math.round(performance.now() - begin)]
}

async function stopped(visitor: ChatClient, running: RunningAnswer): Promise<{ answer: Answered; ms: number }> {
  await visitor.post(`/api/conversations/${running.conversationId}/stop`, {})
  const [answer, ms] = await timed(running.end())
  assert.equal(answer.metadata.outcome, 'stopped')
  return { answer, ms }
}

/** Nobody pays for tokens that nobody reads. */
async function untilIdle({ generating }: Server): Promise<string> {
  if (!generating) return 'whether it goes on generating cannot be seen'
  const begin = performance.now()
  while (await generating()) {
    assert(performance.now() - begin < 5000, 'the server goes on generating')
    await sleep(20)
  }
  return `idle ${Math.round(performance.now() - begin)} ms later`
}
