/**
 * Every name that our telemetry uses. Code, dashboards, alerts, docs and tests read it from here, so that a rename is
 * one edit and a typo does not compile.
 *
 * `gen_ai.*` follows the OpenTelemetry GenAI semantic conventions, v0.1.0 (status Development; no JavaScript package
 * carries them yet). `chat.*` is ours, for what the conventions lack.
 */

/** On every scope of ours: which conventions its names and values follow. */
export const schemaUrl = 'https://opentelemetry.io/schemas/gen-ai/0.1.0'

export const service = {
  namespace: 'lgtm-chat',
  web: 'chat-web',
  api: 'chat-api',
  browser: 'chat-browser',
  traffic: 'chat-traffic',
  eval: 'chat-eval',
} as const

/** Attribute keys of spans, metrics and log records. */
export const attribute = {
  operationName: 'gen_ai.operation.name',
  providerName: 'gen_ai.provider.name',
  conversationId: 'gen_ai.conversation.id',
  agentName: 'gen_ai.agent.name',
  /** Of the system prompt: always the agent's name. */
  promptName: 'gen_ai.prompt.name',
  /** The beginning of the hash of its file. */
  promptVersion: 'gen_ai.prompt.version',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  responseId: 'gen_ai.response.id',
  responseModel: 'gen_ai.response.model',
  responseFinishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds. */
  responseTimeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  usageInputTokens: 'gen_ai.usage.input_tokens',
  usageOutputTokens: 'gen_ai.usage.output_tokens',
  usageCacheReadInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  usageCacheWriteInputTokens: 'gen_ai.usage.cache_write.input_tokens',
  usageReasoningOutputTokens: 'gen_ai.usage.reasoning.output_tokens',
  /** Part of the input, where the provider says so. */
  usageImageInputTokens: 'gen_ai.usage.image.input_tokens',
  tokenModality: 'gen_ai.token.modality',
  /** These four only with content capture, redacted and cut. */
  systemInstructions: 'gen_ai.system_instructions',
  inputMessages: 'gen_ai.input.messages',
  outputMessages: 'gen_ai.output.messages',
  toolDefinitions: 'gen_ai.tool.definitions',
  toolName: 'gen_ai.tool.name',
  /** How a call of a tool came to be allowed or not: see `approvalDecisions`. */
  approvalDecision: 'chat.approval.decision',
  /** `function` for our own tools, `extension` for those of an MCP server. */
  toolType: 'gen_ai.tool.type',
  toolCallId: 'gen_ai.tool.call.id',
  /** Both only with content capture, redacted and cut. */
  toolCallArguments: 'gen_ai.tool.call.arguments',
  toolCallResult: 'gen_ai.tool.call.result',
  mcpMethod: 'mcp.method.name',
  mcpSessionId: 'mcp.session.id',
  mcpProtocolVersion: 'mcp.protocol.version',
  /** `pipe` for stdio, `tcp` for HTTP. */
  networkTransport: 'network.transport',
  networkProtocolName: 'network.protocol.name',
  jsonrpcRequestId: 'jsonrpc.request.id',
  /** The code of a JSON-RPC error. */
  rpcStatusCode: 'rpc.response.status_code',
  evaluationName: 'gen_ai.evaluation.name',
  evaluationScoreValue: 'gen_ai.evaluation.score.value',
  evaluationScoreLabel: 'gen_ai.evaluation.score.label',
  /** Which checks failed; never what was written. */
  evaluationExplanation: 'gen_ai.evaluation.explanation',
  /** `openai.*` only where the provider is `openai`. */
  openaiApiType: 'openai.api.type',
  /** What the provider says it used; prices and speed depend on it. */
  openaiServiceTier: 'openai.response.service_tier',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  /** Of what failed. */
  errorType: 'error.type',
  exceptionType: 'exception.type',
  exceptionMessage: 'exception.message',
  eventName: 'event.name',
  outcome: 'chat.outcome',
  /** Why what did not fail is not whole: `cancelled`, a limit, a content filter. */
  incompleteReason: 'chat.incomplete.reason',
  /** Of a turn: the model that was chosen. The agent has several, so that `gen_ai.request.model` is not its to have. */
  turnModel: 'chat.turn.model',
  /** USD. The conventions have no cost attribute yet. */
  cost: 'chat.cost',
  costSource: 'chat.cost.source',
  /** `YYYY-MM-DD`: since when the price holds, or of which day the table is. */
  priceDate: 'chat.price.date',
  retryCount: 'chat.retry.count',
  /** Requests of the call that were refused for their form, and made again in another. */
  adaptationCount: 'chat.adaptation.count',
  rejectionReason: 'chat.rejection.reason',
  /** Where a turn's time goes: see `phase`. */
  phase: 'chat.phase',
  feedbackRating: 'chat.feedback.rating',
  mcpServer: 'chat.mcp.server',
  /** Why the provider refused, in its own words: redacted and cut, on the span and in the log only. */
  providerErrorCode: 'chat.provider.error.code',
  providerErrorType: 'chat.provider.error.type',
  providerErrorParam: 'chat.provider.error.param',
  providerErrorMessage: 'chat.provider.error.message',
  /** Of the load generator: the turn's number in its plan, what its visitor does, and how it was to end and did. */
  trafficTurn: 'chat.traffic.turn',
  trafficKind: 'chat.traffic.kind',
  trafficExpected: 'chat.traffic.expected',
  trafficEnding: 'chat.traffic.ending',
} as const

export const operation = { chat: 'chat', invokeAgent: 'invoke_agent', executeTool: 'execute_tool' } as const

/** `gen_ai.agent.name`: there is one. */
export const agent = 'assistant'

/**
 * What a turn does, one after the other; a turn with tools comes back to `waiting`.
 * - `preparing`: limits, question stored, history read
 * - `waiting`: model called, nothing back yet, retries included
 * - `thinking`: reasoning arrives
 * - `answering`: text, or a tool call's input, arrives
 * - `approval`: a person is asked whether a tool may be called
 * - `tool`: tools run
 */
export const phases = ['preparing', 'waiting', 'thinking', 'answering', 'approval', 'tool'] as const
export type Phase = (typeof phases)[number]

/** Of calls that ask first. */
export const approvalDecisions = ['once', 'conversation', 'remembered', 'denied', 'expired'] as const
export type ApprovalDecision = (typeof approvalDecisions)[number]

export const spanName = {
  /** INTERNAL, one per turn. */
  turn: `${operation.invokeAgent} ${agent}`,
  /** CLIENT, one per model call. */
  inference: (model: string) => `chat ${model}`,
  /** INTERNAL, one per tool call. */
  tool: (name: string) => `execute_tool ${name}`,
  /** INTERNAL, the root of a turn that the load generator takes. */
  traffic: 'traffic turn',
} as const

/** Log records and span events with a name: OTLP EventName, and `event.name` as an attribute. */
export const event = {
  turn: 'chat.turn',
  rejoin: 'chat.rejoin',
  feedback: 'chat.feedback',
  approval: 'chat.tool.approval',
  evaluation: 'gen_ai.evaluation.result',
  inferenceDetails: 'gen_ai.client.inference.operation.details',
  inferenceException: 'gen_ai.client.operation.exception',
  toolException: 'gen_ai.execute_tool.exception',
} as const

/** Lines of the workshop's runner: who has started and solved which exercise. */
export const workshop = {
  ...{ service: 'workshop', started: 'workshop.started', solved: 'workshop.solved' },
  ...{ person: 'workshop.person', exercise: 'workshop.exercise' },
} as const

/**
 * Measurements of the page, sent by Faro: lines in Loki with `kind="measurement"`, not metrics. `value` is the name of
 * the number, in milliseconds.
 */
export const measurement = {
  perceivedTtft: {
    type: 'chat.perceived_ttft',
    value: 'perceived_ttft_ms',
    description: 'Send or Retry pressed to first text of the answer on the page.',
    attributes: [attribute.requestModel, attribute.outcome],
  },
} as const

/**
 * Seconds, 0.01 to 120. Finer between 0.1 and 5 than the conventions' powers of two, because that is where time to
 * first token lives, and reaching 120 because reasoning models do.
 */
export const secondsBuckets = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 7.5, 10, 15, 20,
  30, 45, 60, 90, 120,
]

/** Seconds between two chunks: 0.5 ms to 30 s, the idle timeout's default. */
export const chunkSecondsBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5, 10, 15,
  30,
]

const secondsOfAgents = [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6]
const callsOfAgents = [1, 2, 4, 8, 16, 32, 64, 128]
const secondsOfSessions = [1, 10, 60, 300, 900, 3600, 4 * 3600, 24 * 3600, 7 * 24 * 3600]

export type MetricKind = 'histogram' | 'counter' | 'updowncounter' | 'gauge'

export interface MetricDefinition {
  readonly name: string
  readonly kind: MetricKind
  /** UCUM, with annotations in braces: `s`, `{token}`. */
  readonly unit: string
  readonly description: string
  readonly attributes: readonly string[]
  readonly buckets?: readonly number[]
}

const model = [attribute.providerName, attribute.requestModel] as const
const inference = [attribute.operationName, ...model, attribute.responseModel, attribute.openaiServiceTier] as const
const ended = [attribute.errorType, attribute.incompleteReason] as const
const ofMcp = [
  ...[attribute.mcpServer, attribute.mcpProtocolVersion, attribute.networkTransport, attribute.networkProtocolName],
  ...[attribute.serverAddress, attribute.serverPort, attribute.errorType],
]

type Of<Kind extends MetricKind> = MetricDefinition & { readonly kind: Kind }
const made =
  <Kind extends MetricKind>(kind: Kind) =>
  (name: string, unit: string, description: string, attributes: readonly string[]): Of<Kind> => ({
    ...{ name, kind, unit, description, attributes },
  })
const counter = made<'counter'>('counter')
const upDownCounter = made<'updowncounter'>('updowncounter')
const gauge = made<'gauge'>('gauge')
const histogram = (
  name: string,
  description: string,
  attributes: readonly string[],
  buckets = secondsBuckets,
  unit = 's',
) => ({ ...made<'histogram'>('histogram')(name, unit, description, attributes), buckets })

const tokens = (kind: string, description: string) =>
  counter(`gen_ai.client.inference.usage.${kind}_tokens`, '{token}', description, [
    ...inference,
    ...[attribute.tokenModality, attribute.promptVersion],
  ])

/** Our own instruments. No attribute may ever hold a visitor, conversation, message, response or trace id. */
export const metric = {
  inferenceDuration: histogram(
    'gen_ai.client.inference.duration',
    'One model call as the application sees it, retries and the whole stream included.',
    [...inference, ...ended],
  ),
  timeToFirstChunk: histogram(
    'gen_ai.client.inference.time_to_first_chunk',
    'Model call sent to first chunk with content, reasoning or a tool call, our retries included.',
    [...inference, ...ended],
  ),
  timePerOutputChunk: histogram(
    'gen_ai.client.inference.time_per_output_chunk',
    'Time between two consecutive chunks with content, reasoning or a tool call.',
    inference,
    chunkSecondsBuckets,
  ),
  inputTokens: tokens('input', 'Input tokens, cached ones included.'),
  outputTokens: tokens('output', 'Output tokens, reasoning included.'),
  cacheReadInputTokens: tokens('cache_read.input', 'Input tokens read from the cache: part of input tokens.'),
  cacheWriteInputTokens: tokens('cache_write.input', 'Input tokens written to the cache: part of input tokens.'),
  reasoningOutputTokens: tokens('reasoning.output', 'Output tokens spent on reasoning: part of output tokens.'),
  cost: counter(
    'chat.inference.cost',
    '{USD}',
    'What model calls cost. Calls without a known price are in chat.inference.unpriced instead.',
    [...model, attribute.responseModel, attribute.costSource, attribute.promptVersion],
  ),
  images: counter(
    'chat.inference.images',
    '{image}',
    'Pictures that models were sent, those of the history again.',
    model,
  ),
  imageCost: counter(
    'chat.inference.image_calls.cost',
    '{USD}',
    'What model calls with pictures cost, their text included: part of chat.inference.cost.',
    model,
  ),
  unpriced: counter(
    'chat.inference.unpriced',
    '{inference}',
    'Model calls with known usage and no known price.',
    model,
  ),
  unmetered: counter(
    'chat.inference.unmetered',
    '{inference}',
    'Model calls that were answered, and for which the provider reported no usage.',
    model,
  ),
  retries: counter(
    'chat.inference.retries',
    '{retry}',
    'Attempts made again before the first chunk, by the error that caused them.',
    [...model, attribute.errorType],
  ),
  adaptations: counter(
    'chat.inference.adaptations',
    '{request}',
    'Requests made again in another form, because the model does not take the first; most are remembered, so that they come once a process. No failures, and no retries.',
    model,
  ),
  fallbacks: counter(
    'chat.inference.fallbacks',
    '{inference}',
    'Model calls that failed before their first chunk and were left to the next of LLM_FALLBACK_MODELS.',
    [...model, attribute.errorType],
  ),
  turns: counter('chat.turns', '{turn}', 'Turns by how they ended.', [
    ...[attribute.outcome, attribute.errorType],
    ...[attribute.requestModel, attribute.promptVersion],
  ]),
  turnDuration: histogram(
    'chat.turn.duration',
    'One turn from received request to its outcome, without the time that it waited for a person to approve a call.',
    [attribute.outcome, attribute.requestModel, attribute.promptVersion],
  ),
  phaseTime: counter(
    'chat.turn.phase.time',
    's',
    'Time that turns spent in each phase: over the number of turns, where an average turn goes.',
    [attribute.phase, attribute.requestModel],
  ),
  agentDuration: histogram(
    'gen_ai.invoke_agent.duration',
    'One turn, as its span; chat.turn.duration is by outcome and model, and in finer steps.',
    [attribute.agentName, attribute.requestModel, attribute.errorType],
    secondsOfAgents,
  ),
  agentInferenceCalls: histogram(
    'gen_ai.invoke_agent.inference_calls',
    'Model calls of one turn, those that failed included.',
    [attribute.agentName],
    callsOfAgents,
    '{inference_call}',
  ),
  agentToolCalls: histogram(
    'gen_ai.invoke_agent.tool_calls',
    'Tool calls of one turn.',
    [attribute.agentName],
    callsOfAgents,
    '{tool_call}',
  ),
  toolDuration: histogram('gen_ai.execute_tool.duration', 'One call of a tool.', [
    attribute.toolName,
    attribute.toolType,
    attribute.agentName,
    ...ended,
  ]),
  toolApprovals: counter(
    'chat.tool.approvals',
    '{approval}',
    'Calls of tools that are not read-only, by what was decided: once, conversation, remembered (allowed before, for the conversation), denied, expired.',
    [attribute.toolName, attribute.approvalDecision],
  ),
  mcpOperationDuration: histogram('mcp.client.operation.duration', 'One request to an MCP server.', [
    attribute.mcpMethod,
    attribute.operationName,
    attribute.toolName,
    ...ofMcp,
    attribute.rpcStatusCode,
    attribute.incompleteReason,
  ]),
  mcpSessionDuration: histogram(
    'mcp.client.session.duration',
    'One session with an MCP server, from connection to its end.',
    ofMcp,
    secondsOfSessions,
  ),
  mcpServerUp: gauge(
    'chat.mcp.server.up',
    '{server}',
    '1 while a configured MCP server answers, 0 while it does not.',
    [attribute.mcpServer],
  ),
  feedback: counter('chat.feedback', '{rating}', 'Ratings of answers; a changed one counts again.', [
    ...[attribute.feedbackRating, attribute.requestModel, attribute.promptVersion],
  ]),
  evaluationScore: gauge(
    'chat.evaluation.score',
    '{score}',
    'Share of answers that passed, in a run of npm run eval.',
    [...[attribute.evaluationName, attribute.requestModel, attribute.promptVersion]],
  ),
  budgetLimit: gauge('chat.budget.limit', '{USD}', 'DAILY_BUDGET_USD; absent when there is none.', []),
  budgetSpent: gauge(
    'chat.budget.spent',
    '{USD}',
    'Spent by everybody since midnight UTC, from the database: every process reports the same, so max, not sum.',
    [],
  ),
  streamsActive: upDownCounter('chat.streams.active', '{stream}', 'Answers that are being streamed now.', []),
  rejoins: counter('chat.rejoins', '{rejoin}', 'Answers that a reader came back to while they ran.', []),
  rejections: counter('chat.rejections', '{request}', 'Turns refused before the provider was called.', [
    attribute.rejectionReason,
  ]),
} as const satisfies Record<string, MetricDefinition>

/** Metrics of the instrumentation libraries that dashboards and docs rely on. */
export const libraryMetric = {
  httpServerDuration: 'http.server.request.duration',
  httpClientDuration: 'http.client.request.duration',
  dbClientDuration: 'db.client.operation.duration',
} as const

/**
 * Our values of `error.type` on turns and model calls, beside HTTP status codes such as `429`. A closed set: the label
 * stays bounded whatever a provider sends.
 */
export const errorType = {
  firstChunkTimeout: 'first_chunk_timeout',
  idleTimeout: 'idle_timeout',
  connection: 'connection_error',
  /** The provider reported an error inside the stream. */
  stream: 'stream_error',
  /** The stream ended without a finish reason. */
  noFinishReason: 'no_finish_reason',
  /** The output token limit was reached. */
  length: 'length',
  /** The context window was full before the output token limit was. */
  contextFull: 'context_window_full',
  /** The output token limit was reached while the model was still thinking. */
  spentThinking: 'spent_thinking',
  /** The provider withheld the answer, or the rest of it. */
  contentFilter: 'content_filter',
  /** The provider answered with nothing at all. */
  noContent: 'no_content',
  /** What answered is no API of this kind: a web page, or a sentence. */
  notAnApi: 'not_an_api',
  /** The conversation is longer than the model takes. */
  contextLength: 'context_length_exceeded',
  /** The account at the provider has no credit left. */
  outOfCredit: 'insufficient_quota',
  /** The provider has no such model, or not for this account. */
  modelUnknown: 'model_not_found',
  /** The key was refused with another status than 401. */
  keyRefused: 'invalid_api_key',
  /** The server is still loading the model. */
  modelLoading: 'model_loading',
  connectionRefused: 'connection_refused',
  /** Nobody answers at 127.0.0.1 of a container: the address is one of its host. */
  loopback: 'loopback_in_container',
  hostNotFound: 'host_not_found',
  tls: 'tls_error',
  /** Stopped by the user, or given up because the client went away. */
  cancelled: 'cancelled',
  /** Of a tool: what the model sent is not what the tool takes. */
  toolInput: 'invalid_input',
  /** Of a tool: it took too long. */
  toolTimeout: 'tool_timeout',
  /** Of a tool: it threw, or its MCP server said that it failed. */
  tool: 'tool_error',
  /** Of a turn: the model went on calling tools after the last step. */
  stepLimit: 'step_limit',
  /** Of a turn: the budgets had no room for its next model call. */
  budget: 'budget',
  other: '_OTHER',
} as const

/** Of these a turn or a call has ended by itself, although not as a whole: nothing has failed. */
export const incompleteReasons: ReadonlySet<string> = new Set([
  ...[errorType.cancelled, errorType.length, errorType.contextFull, errorType.spentThinking, errorType.contentFilter],
  ...[errorType.stepLimit, errorType.budget],
])

export type CostSource = 'provider' | 'table' | 'file'
export type RejectionReason = 'rate' | 'budget' | 'visitor_budget' | 'too_long' | 'model' | 'busy'
