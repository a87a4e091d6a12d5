import { type ChatCompletionRequest, type Fixture, type FixtureResponse, LLMock } from '@copilotkit/aimock'
import { type Answer, answers, answerTo, anyReasoning, fallback } from './answers.ts'
import { instructed, isJudging, verdict } from './instructions.ts'
import { costUsd, mockModels, type NormalModel, normalModels, type SpecialModel } from './models.ts'
import { aboutPictures, picturesIn } from './picture.ts'
import { specialAnswer, specialIds, specialIn, specials } from './special-models.ts'
import type { ToolUse } from './tool-use.ts'
import { charsPerToken, textOf, usageOf } from './usage.ts'
import { createWire, type WireState, wireKeyHeader } from './wire.ts'
import { addFaults } from './workshop/add-faults.ts'

export interface MockOptions {
  /** 0, the default, takes any free port. */
  port?: number
  host?: string
  /** Factor on every delay: 1 is real time, 0 answers at once. Default 1. */
  pace?: number
}

export interface MockRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** `null` if the request was not readable as a chat completion. */
  readonly body: ChatCompletionRequest | null
  readonly status: number
  /** `aborted`: the client closed the connection before the answer was complete. `cut`: the mock did. */
  readonly state: WireState
}

export interface Mock {
  /** The base URL for an OpenAI client: the OpenRouter form, the one with token details and cost. */
  readonly url: string
  /** Every chat completion that arrived, oldest first, up to the last 1,000. Reads the state of this moment. */
  requests(): MockRequest[]
  /** Cuts what is open and frees the port. */
  stop(): Promise<void>
}

/**
 * Starts an OpenAI-compatible provider with the answers, prices and faults of this folder.
 *
 * @throws the server's own error, such as `EADDRINUSE`.
 */
export async function startMock({ port = 0, host = '127.0.0.1', pace = 1 }: MockOptions = {}): Promise<Mock> {
  const server = new LLMock({ port, host, logLevel: 'silent', chunkSize: charsPerToken, latency: 0 })
  const wire = createWire()
  server.mount('/api/v1/chat/completions', wire)
  server.mount('/v1/chat/completions', wire)
  const all = fixtures(pace)
  addFaults(server, all)
  server.addFixtures(all)
  // aimock's own URL leaves out the brackets that an IPv6 address needs.
  const bound = (await server.start()).split(':').at(-1)

  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/api/v1`,
    requests: () =>
      server.getRequests().flatMap(({ method, path, headers, body, response }) => {
        const record = wire.records.get(headers[wireKeyHeader] ?? '')
        if (!record) return []
        const { status } = response
        return [{ method, path, headers, body: isChat(body) ? body : null, status, state: record.state }]
      }),
    async stop() {
      const stopped = server.stop()
      wire.closeAll()
      await stopped
    },
  }
}

const isChat = (body: unknown): body is ChatCompletionRequest =>
  typeof body === 'object' && body !== null && 'messages' in body

const question = (request: ChatCompletionRequest) => request.messages.findLast((message) => message.role === 'user')
/** A question that got no answer is sent again before the next, in one message, because roles alternate: the last is asked. */
const promptOf = (request: ChatCompletionRequest) =>
  textOf(question(request))
    .trim()
    .split(/\n\s*\n/)
    .at(-1) ?? ''

/** The first match wins: what asks for a verdict, a special model named in the prompt, then the model asked for, then a refusal. */
function fixtures(pace: number): Fixture[] {
  const delays = (ttft: number, tps: number, jitter: number, factor = 1): Partial<Fixture> =>
    pace > 0 ? { streamingProfile: { ttft, tps, jitter }, replaySpeed: 1 / (pace * factor) } : {}

  const special = specialIds.flatMap((id): Fixture[] => {
    const { ttft = 350, tps = 70 } = specials[id]
    const shared = { response: specialResponse(id), ...delays(ttft, tps, 0.1) }
    return [
      { match: { endpoint: 'chat', predicate: (request) => specialIn(promptOf(request)) === id }, ...shared },
      { match: { endpoint: 'chat', model: id }, ...shared },
    ]
  })

  const withPictures = Object.entries(normalModels).map(
    ([model, { pace: factor }]): Fixture => ({
      match: { endpoint: 'chat', model, predicate: (request) => picturesIn(question(request)).length > 0 },
      response: (request) => respond(request, { ...fallback, content: aboutPictures(picturesIn(question(request))) }),
      ...delays(420, 80, 0.35, factor),
    }),
  )

  const normal = Object.entries(normalModels).flatMap(([model, { pace: factor }]) =>
    [...answers, fallback].map((one): Fixture => {
      const reasoning = one.reasoning || (model === ('mock-reasoning' satisfies NormalModel) ? anyReasoning : '')
      return {
        match: { endpoint: 'chat', model, predicate: (request) => answerTo(promptOf(request)) === one },
        response: (request) => respond(request, instructed(request, { ...one, reasoning })),
        ...delays(one.ttft, one.tps, 0.35, factor),
      }
    }),
  )

  const judging: Fixture = {
    match: { endpoint: 'chat', predicate: isJudging },
    response: (request) => respond(request, { ...fallback, content: verdict(request) }),
  }

  return [judging, ...special, ...withPictures, ...normal, { match: { endpoint: 'chat' }, response: noSuchModel }]
}

/**
 * A tool's answer first calls it, and is given once the tool's output is there.
 * @param toLimit the answer took as many tokens as were asked for, what is not text in thoughts that nobody sees
 */
function respond(
  request: ChatCompletionRequest,
  { tool, context, ...answer }: Answer,
  toLimit = false,
): FixtureResponse {
  const asked = request.messages.findLastIndex(({ role }) => role === 'user')
  const outputs = request.messages.slice(asked).flatMap((one) => (one.role === 'tool' ? [textOf(one)] : []))
  const uses = usesOf(tool)
  const use = tool?.forever ? tool : uses[outputs.length]
  const wanted = use && !use.skip?.(outputs) ? use : undefined
  const calls = wanted && request.tools?.map((one) => one.function.name).find((name) => name.match(wanted.name))
  const input = typeof wanted?.input === 'function' ? wanted.input(outputs) : (wanted?.input ?? '')
  const end = uses.at(-1)?.answer(outputs.at(-1) ?? '', outputs)
  const said = calls ? input : outputs.length > 0 && end !== undefined ? end : answer.content
  // What was thought before the call is not thought again after it.
  const reasoning = outputs.length === 0 ? answer.reasoning : ''

  const limit = toLimit ? Number(request.max_completion_tokens ?? request.max_tokens ?? 0) : 0
  const usage = usageOf(request, said, reasoning, context, limit)
  const cost = costUsd(request.model, usage)
  const common = { reasoning, provider: 'mock', usage: { ...usage, ...(cost === null ? {} : { cost }) } }
  return calls ? { ...common, toolCalls: [{ name: calls, arguments: said }] } : { ...common, content: said }
}

/** A tool and those that are called after it. */
const usesOf = (tool: ToolUse | undefined): ToolUse[] => (tool ? [tool, ...usesOf(tool.next)] : [])

function specialResponse(id: SpecialModel): (request: ChatCompletionRequest) => FixtureResponse {
  const { error, once, finishReason } = specials[id]
  const refused = new Set<string>()
  return (request) => {
    if (error) {
      // A conversation that was refused once is let through, so that each turn of each visitor is refused once.
      const conversation = JSON.stringify(request.messages)
      if (!(once && refused.delete(conversation))) {
        if (once) refused.add(conversation)
        const { status, message, ...retry } = error
        return { status, error: { message }, ...retry }
      }
    }
    const answer = respond(request, specialAnswer(id, promptOf(request)), finishReason === 'length')
    return { ...answer, systemFingerprint: id, ...(finishReason ? { finishReason } : {}) }
  }
}

function noSuchModel({ model }: ChatCompletionRequest): FixtureResponse {
  return { status: 404, error: { message: `No model "${model}" on the mock. It has: ${mockModels.join(', ')}.` } }
}
