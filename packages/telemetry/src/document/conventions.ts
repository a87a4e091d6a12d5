import type { MetricDefinition } from '../catalogue.ts'

/**
 * What the OpenTelemetry GenAI semantic conventions say of the signals that we send: semantic-conventions-genai v0.1.0,
 * `model/gen-ai` and `model/mcp`, and of the core conventions what those refer to. Written by hand and apart from the
 * catalogue, so that a test can tell the two apart. Every difference has to stand in `deviations` with its reason.
 */
export const version = 'v0.1.0'

export type AttributeType = 'string' | 'int' | 'double' | 'boolean' | 'string[]' | 'any'

export interface AttributeConvention {
  readonly type: AttributeType
  /** The only values there are; `open`: those that have to be used where they fit. */
  readonly values?: readonly string[]
  readonly open?: boolean
}

const under = (namespace: string, names: string) => names.split(' ').map((name) => `${namespace}.${name}`)
const of = (type: AttributeType, ...keys: readonly (readonly string[])[]) =>
  keys.flat().map((key) => [key, { type }] as const)
const oneOf = (key: string, values: string, open = false): readonly [string, AttributeConvention] => [
  key,
  { type: 'string', values: values.split(' '), open },
]

const tokenKinds = under('gen_ai.usage', 'input_tokens output_tokens')
const tokenParts = under('gen_ai.usage', 'cache_read.input_tokens cache_write.input_tokens reasoning.output_tokens')
const byModality = ['text', 'image', 'audio'].flatMap((modality) =>
  under(`gen_ai.usage.${modality}`, 'input_tokens output_tokens cache_read.input_tokens'),
)

/** The registry: of every attribute of the groups below. */
export const attributeConventions: ReadonlyMap<string, AttributeConvention> = new Map<string, AttributeConvention>([
  ...of('string', under('gen_ai.agent', 'name description'), under('gen_ai.prompt', 'name version variable')),
  ...of('string', under('gen_ai', 'conversation.id data_source.id')),
  ...of('string', under('gen_ai.request', 'model reasoning.level previous_response.id')),
  ...of('int', under('gen_ai.request', 'max_tokens choice.count seed top_k')),
  ...of('double', under('gen_ai.request', 'temperature top_p frequency_penalty presence_penalty')),
  ...of('boolean', under('gen_ai', 'request.stream conversation.compacted')),
  ...of('string[]', under('gen_ai', 'request.stop_sequences response.finish_reasons request.encoding_formats')),
  ...of('string', under('gen_ai.response', 'id model status')),
  ...of('double', ['gen_ai.response.time_to_first_chunk', 'gen_ai.evaluation.score.value']),
  ...of('int', tokenKinds, tokenParts, byModality),
  ...of('any', under('gen_ai', 'system_instructions input.messages output.messages tool.definitions')),
  ...of('string', under('gen_ai.tool', 'name call.id description')),
  ...of('any', under('gen_ai.tool.call', 'arguments result')),
  ...of('string', under('gen_ai.evaluation', 'name score.label explanation')),
  ...of('string', under('openai.response', 'service_tier system_fingerprint'), ['openai.request.service_tier']),
  ...of('string', under('mcp', 'session.id protocol.version resource.uri')),
  ...of('string', under('jsonrpc', 'request.id protocol.version'), ['rpc.response.status_code']),
  ...of('string', under('network.protocol', 'name version')),
  ...of('string', ['server.address', 'error.type', 'event.name'], under('exception', 'type message stacktrace')),
  ...of('int', ['server.port']),
  oneOf(
    'gen_ai.operation.name',
    'chat generate_content text_completion embeddings retrieval execute_tool invoke_agent create_agent invoke_workflow plan',
    true,
  ),
  oneOf(
    'gen_ai.provider.name',
    'openai anthropic azure.ai.openai azure.ai.inference aws.bedrock gcp.gemini gcp.vertex_ai gcp.gen_ai cohere deepseek groq ibm.watsonx.ai mistral_ai moonshot_ai perplexity x_ai',
    true,
  ),
  oneOf('gen_ai.output.type', 'text json image speech', true),
  oneOf('gen_ai.token.modality', 'text image audio unknown'),
  oneOf('gen_ai.tool.type', 'function extension datastore', true),
  oneOf('openai.api.type', 'chat_completions responses'),
  oneOf('network.transport', 'tcp udp pipe unix quic'),
  oneOf('mcp.method.name', 'initialize ping tools/list tools/call prompts/get prompts/list resources/read', true),
])

/** Keys of a signal by how much they are wanted. */
export interface Group {
  readonly required: readonly string[]
  readonly conditionallyRequired: readonly string[]
  readonly recommended: readonly string[]
  readonly optIn: readonly string[]
}

interface SpanConvention extends Group {
  /** `gen_ai.operation.name` */
  readonly operation: string
  /** Attribute keys in braces stand for their values. */
  readonly name: string
  readonly kind: 'CLIENT' | 'INTERNAL'
}

const content = under('gen_ai', 'system_instructions input.messages output.messages tool.definitions')
const sampling = under(
  'gen_ai.request',
  'max_tokens temperature top_p frequency_penalty presence_penalty stop_sequences',
)

export const spanConventions = {
  inference: {
    operation: 'chat',
    name: '{gen_ai.operation.name} {gen_ai.request.model}',
    kind: 'CLIENT',
    required: under('gen_ai', 'operation.name provider.name'),
    conditionallyRequired: [
      ...['error.type', 'server.port'],
      ...under('gen_ai', 'conversation.id output.type prompt.name prompt.version'),
      ...under('gen_ai.request', 'model stream choice.count seed top_k'),
      'openai.request.service_tier',
    ],
    recommended: [
      'gen_ai.conversation.compacted',
      ...sampling,
      ...under('gen_ai.request', 'reasoning.level previous_response.id'),
      ...under('gen_ai.response', 'id model finish_reasons time_to_first_chunk'),
      ...[...tokenKinds, ...tokenParts, ...byModality],
      ...under('openai', 'api.type response.service_tier response.system_fingerprint'),
      'server.address',
    ],
    optIn: [...content, ...under('gen_ai', 'prompt.variable response.status')],
  },
  invokeAgent: {
    operation: 'invoke_agent',
    name: 'invoke_agent {gen_ai.agent.name}',
    kind: 'INTERNAL',
    required: ['gen_ai.operation.name'],
    conditionallyRequired: [
      'error.type',
      ...under('gen_ai', 'agent.name agent.description conversation.id data_source.id output.type request.model'),
      ...under('gen_ai.request', 'choice.count seed'),
    ],
    recommended: [...sampling, 'gen_ai.response.finish_reasons', ...tokenKinds],
    optIn: content,
  },
  executeTool: {
    operation: 'execute_tool',
    name: 'execute_tool {gen_ai.tool.name}',
    kind: 'INTERNAL',
    required: under('gen_ai', 'operation.name tool.name'),
    conditionallyRequired: ['error.type', ...under('gen_ai', 'agent.name conversation.id')],
    recommended: under('gen_ai.tool', 'call.id description type'),
    optIn: under('gen_ai.tool.call', 'arguments result'),
  },
} as const satisfies Record<string, SpanConvention>

/** Of an MCP request: they go onto the `execute_tool` span that covers it. */
export const mcpConvention = {
  required: ['mcp.method.name'],
  conditionallyRequired: ['error.type', 'jsonrpc.request.id', 'rpc.response.status_code', 'mcp.resource.uri'],
  recommended: [
    ...under('mcp', 'session.id protocol.version'),
    ...under('network', 'transport protocol.name protocol.version'),
    'jsonrpc.protocol.version',
    ...under('server', 'address port'),
  ],
  optIn: under('gen_ai.tool.call', 'arguments result'),
} as const satisfies Group

interface EventConvention extends Group {
  readonly name: string
  /** Undefined: the conventions leave it open. */
  readonly severity?: 'DEBUG' | 'WARN'
}

const { operation: _, name: __, kind: ___, ...ofInference } = spanConventions.inference
const ofException = {
  required: [],
  // One of the two has to be there.
  conditionallyRequired: under('exception', 'type message'),
  recommended: ['exception.stacktrace'],
  optIn: [],
}
export const eventConventions = {
  evaluation: {
    name: 'gen_ai.evaluation.result',
    required: ['gen_ai.evaluation.name'],
    conditionallyRequired: ['error.type', ...under('gen_ai.evaluation.score', 'value label')],
    recommended: under('gen_ai', 'evaluation.explanation response.id'),
    optIn: [],
  },
  details: { name: 'gen_ai.client.inference.operation.details', severity: 'DEBUG', ...ofInference },
  exception: { name: 'gen_ai.client.operation.exception', severity: 'WARN', ...ofException },
  toolException: { name: 'gen_ai.execute_tool.exception', severity: 'WARN', ...ofException },
} as const satisfies Record<string, EventConvention>

interface MetricConvention extends Group, Omit<MetricDefinition, 'description' | 'attributes'> {}

const call: Group = {
  required: under('gen_ai', 'operation.name provider.name'),
  conditionallyRequired: ['gen_ai.request.model', 'server.port'],
  recommended: ['gen_ai.response.model', 'server.address'],
  optIn: [],
}
/** What OpenAI's own conventions add to duration and usage. */
const openai = under('openai.response', 'service_tier system_fingerprint')
const doubling = (from: number, steps: number) => Array.from({ length: steps }, (_, i) => (from * 2 ** i * 100) / 100)
const seconds = doubling(0.01, 14)
const fourfold = Array.from({ length: 14 }, (_, i) => 4 ** i)
const mcpSeconds = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]
const histogram = (name: string, group: Partial<Group>, buckets: readonly number[], unit = 's'): MetricConvention => ({
  ...{ name, kind: 'histogram', unit, buckets, required: [], conditionallyRequired: [], recommended: [], optIn: [] },
  ...group,
})
const failing = { ...call, conditionallyRequired: [...call.conditionallyRequired, 'error.type'] }
const failingOpenai = { ...failing, recommended: [...call.recommended, ...openai] }
const ofAgent = { conditionallyRequired: ['gen_ai.agent.name'] }

/** Those of a client that streams, calls tools and is an agent; what model servers and workflows send is left out. */
export const metricConventions: readonly MetricConvention[] = [
  histogram('gen_ai.client.inference.duration', failingOpenai, seconds),
  histogram('gen_ai.client.inference.time_to_first_chunk', call, seconds),
  histogram('gen_ai.client.inference.time_per_output_chunk', call, seconds),
  ...under(
    'gen_ai.client.inference.usage',
    'input_tokens output_tokens cache_read.input_tokens cache_write.input_tokens reasoning.output_tokens',
  ).map(
    (name): MetricConvention => ({
      ...{ name, kind: 'counter', unit: '{token}', ...call },
      required: [...call.required, 'gen_ai.token.modality'],
      recommended: [...call.recommended, ...openai],
    }),
  ),
  histogram('gen_ai.client.inference.operation.input_tokens', failingOpenai, fourfold, '{token}'),
  histogram('gen_ai.client.inference.operation.output_tokens', failingOpenai, fourfold, '{token}'),
  histogram(
    'gen_ai.execute_tool.duration',
    {
      required: ['gen_ai.tool.name'],
      conditionallyRequired: ['error.type', 'gen_ai.agent.name'],
      recommended: ['gen_ai.tool.type'],
    },
    seconds,
  ),
  histogram(
    'gen_ai.invoke_agent.duration',
    { conditionallyRequired: ['error.type', ...under('gen_ai', 'agent.name request.model')] },
    doubling(0.1, 13),
  ),
  histogram('gen_ai.invoke_agent.inference_calls', ofAgent, doubling(1, 8), '{inference_call}'),
  histogram('gen_ai.invoke_agent.tool_calls', ofAgent, doubling(1, 8), '{tool_call}'),
  histogram(
    'mcp.client.operation.duration',
    {
      required: ['mcp.method.name'],
      conditionallyRequired: [
        ...['error.type', 'rpc.response.status_code'],
        ...under('gen_ai', 'tool.name prompt.name'),
      ],
      recommended: [
        ...['gen_ai.operation.name', 'mcp.protocol.version', 'jsonrpc.protocol.version'],
        ...under('network', 'transport protocol.name protocol.version'),
        ...under('server', 'address port'),
      ],
      optIn: ['mcp.resource.uri'],
    },
    mcpSeconds,
  ),
  histogram(
    'mcp.client.session.duration',
    {
      conditionallyRequired: ['error.type'],
      recommended: [
        ...['mcp.protocol.version', 'jsonrpc.protocol.version'],
        ...under('network', 'transport protocol.name protocol.version'),
        ...under('server', 'address port'),
      ],
    },
    mcpSeconds,
  ),
]

/** All keys of a group but those that are only sent if somebody asks for them. */
export const wanted = ({ required, conditionallyRequired, recommended }: Group): string[] => [
  ...required,
  ...conditionallyRequired,
  ...recommended,
]

export interface Deviation {
  /** `spans`, and events. */
  readonly on: 'spans' | 'metrics'
  readonly reason: string
  /** As the tests word them: `{signal}: no {attribute}`, `{signal}: also {attribute}`, and so on. */
  readonly differences: readonly string[]
}

const list = (signal: string, word: string, keys: string) => keys.split(' ').map((key) => `${signal}: ${word} ${key}`)
const inference = 'gen_ai.client.inference'
const usage = (kind: string) => `${inference}.usage.${kind}_tokens`
const tokenCounters = ['input', 'output', 'cache_read.input', 'cache_write.input', 'reasoning.output'].map(usage)
const perCall = [
  ...['duration', 'time_to_first_chunk', 'time_per_output_chunk'].map((name) => `${inference}.${name}`),
  ...tokenCounters,
]
const { name: details } = eventConventions.details

/** Differences that no name shows. */
export const silentDeviations: readonly string[] = [
  '`time_to_first_chunk`, as metric and as attribute, ends at the first chunk with content, reasoning or a tool call, and our retries are inside: many servers send a chunk with a role alone at once, and a user waits for neither. The first chunk of any kind is the HTTP span.',
  '`time_per_output_chunk` is measured between chunks with content, reasoning or a tool call; chunks that one read of the socket brings together count as gaps near 0.',
  '`gen_ai.tool.name` of an MCP tool on `execute_tool`, span and metric, is the name in `gen_ai.tool.definitions`, by which the model called it: `{server}__{tool}`. Two servers may have a tool of the same name. `mcp.client.operation.duration` has the name in the request.',
  '`error.type` of a JSON-RPC error whose code is outside the range that the protocol reserves is `_OTHER` on metrics and spans, so that a server cannot make series; the span has the code as `rpc.response.status_code`.',
  '`gen_ai.client.inference.operation.details` is recorded at DEBUG, as the conventions say, and so only with `LOG_LEVEL=debug`, or with content capture: without content it repeats the span.',
  '`exception.message` of an exception event is what the provider said, redacted, or the error type; of a tool it is left out unless content is captured: exceptions quote what people typed. `exception.stacktrace` is left out: it is that of the client library.',
  'Counters that begin with an explicit 0, before a first call, have the requested model as `gen_ai.response.model`: where it answers under that name, its first increase is not lost. No call is counted there that another model, or none, answered.',
  '`gen_ai.invoke_agent.duration` is that of the one agent; there are no workflows to tell it from, and so it has no `gen_ai.operation.name`.',
  '`gen_ai.execute_tool.exception` is newer than the groups of v0.1.0; it has the attributes that the conventions give to `gen_ai.client.operation.exception`.',
  '`gen_ai.response.model` on metrics is `_OTHER` beyond 20 names for one requested model: a server may write another with each answer.',
  'On `chat.turns`, which is ours, `error.type` also says why an answer is truncated; on `invoke_agent` that is `chat.incomplete.reason`, as nothing has failed.',
  'Usage counters are not recorded with 0 for calls whose usage is unknown; `chat.inference.unmetered` counts those, so that unknown is not mistaken for nothing.',
  'Beside the conventions stand attributes and metrics in `chat.*`: cost and its source and date, outcomes, why something is not whole, retries, phases of a turn, MCP servers. The conventions have none of it yet.',
]

/** All others; tests find them out and require this list to be complete. Attributes in `chat.*` are not repeated here. */
export const deviations: readonly Deviation[] = [
  {
    on: 'spans',
    reason: 'The chat leaves these parameters to the provider: an absent attribute says so.',
    differences: ['chat span', details].flatMap((signal) => [
      ...list(signal, 'no', 'gen_ai.output.type gen_ai.request.choice.count gen_ai.request.frequency_penalty'),
      ...list(signal, 'no', 'gen_ai.request.presence_penalty gen_ai.request.reasoning.level gen_ai.request.seed'),
      ...list(signal, 'no', 'gen_ai.request.stop_sequences gen_ai.request.temperature gen_ai.request.top_k'),
      ...list(signal, 'no', 'gen_ai.request.top_p openai.request.service_tier'),
    ]),
  },
  {
    on: 'spans',
    reason: 'The chat has no compaction, no chained responses and no data sources.',
    differences: [
      ...['chat span', details].flatMap((signal) => [
        ...list(signal, 'no', 'gen_ai.conversation.compacted'),
        ...list(signal, 'no', 'gen_ai.request.previous_response.id'),
      ]),
      ...list('invoke_agent span', 'no', 'gen_ai.data_source.id'),
    ],
  },
  {
    on: 'spans',
    reason:
      'Counts by modality are for calls of several: that of images is there where pictures were sent and the provider counts them apart. One that does not divide its counts must not be divided for.',
    differences: ['chat span', details].flatMap((signal) => byModality.map((key) => `${signal}: no ${key}`)),
  },
  {
    on: 'spans',
    reason: 'It changes with every deployment of the provider, and explains nothing that people look for.',
    differences: ['chat span', details].flatMap((signal) => list(signal, 'no', 'openai.response.system_fingerprint')),
  },
  {
    on: 'spans',
    reason: 'They stand on the `chat` spans below: a sum over the spans of a trace must not count tokens twice.',
    differences: [
      ...list('invoke_agent span', 'no', 'gen_ai.usage.input_tokens gen_ai.usage.output_tokens'),
      ...list('invoke_agent span', 'no', 'gen_ai.response.finish_reasons gen_ai.output.type gen_ai.request.max_tokens'),
      ...list('invoke_agent span', 'no', 'gen_ai.request.choice.count gen_ai.request.seed gen_ai.request.temperature'),
      ...list('invoke_agent span', 'no', 'gen_ai.request.top_p gen_ai.request.stop_sequences'),
      ...list('invoke_agent span', 'no', 'gen_ai.request.frequency_penalty gen_ai.request.presence_penalty'),
    ],
  },
  {
    on: 'spans',
    reason: 'Turns and ratings are compared by the prompt that they are of, and not calls alone.',
    differences: [
      ...list('invoke_agent span', 'also', 'gen_ai.prompt.name gen_ai.prompt.version'),
      ...list('gen_ai.evaluation.result', 'also', 'gen_ai.prompt.version'),
    ],
  },
  {
    on: 'metrics',
    reason:
      'What a prompt costs, and how long it makes answers, can be compared with the one before. It has one value at a time.',
    differences: tokenCounters.map((name) => `${name}: also gen_ai.prompt.version`),
  },
  {
    on: 'spans',
    reason: 'Texts that are the same on every span; the name leads to them.',
    differences: ['invoke_agent span: no gen_ai.agent.description', 'execute_tool span: no gen_ai.tool.description'],
  },
  {
    on: 'spans',
    reason:
      'Resources of MCP servers are not read, JSON-RPC is always 2.0, and `fetch` does not tell which version of HTTP it spoke.',
    differences: list('MCP request', 'no', 'mcp.resource.uri jsonrpc.protocol.version network.protocol.version'),
  },
  {
    on: 'spans',
    reason: 'What a visitor writes beside a rating stays in the database, as all content does; a rating cannot fail.',
    differences: list('gen_ai.evaluation.result', 'no', 'gen_ai.evaluation.explanation error.type'),
  },
  {
    on: 'spans',
    reason: 'An event stands alone in a log store: it says what it is, and which conversation and model it is about.',
    differences: [
      ...list('gen_ai.evaluation.result', 'also', 'event.name gen_ai.conversation.id gen_ai.request.model'),
      ...[details, eventConventions.exception.name, eventConventions.toolException.name].flatMap((name) =>
        list(name, 'also', 'event.name'),
      ),
    ],
  },
  {
    on: 'spans',
    reason: 'It is that of the client library, and of no use without its source.',
    differences: [eventConventions.exception.name, eventConventions.toolException.name].flatMap((name) =>
      list(name, 'no', 'exception.stacktrace'),
    ),
  },
  {
    on: 'spans',
    reason: 'Exceptions of tools quote what people and tools said: only with content capture.',
    differences: list(eventConventions.toolException.name, 'no', 'exception.message'),
  },
  {
    on: 'metrics',
    reason:
      'Finer where time to first token lives, between 0.1 s and 5 s, than powers of two, and up to 120 s, because reasoning models take that long; time between chunks begins at 0.5 ms, and sessions with MCP servers last for days.',
    differences: [
      ...['duration', 'time_to_first_chunk', 'time_per_output_chunk'].map(
        (name) => `${inference}.${name}: other buckets`,
      ),
      'gen_ai.execute_tool.duration: other buckets',
      'mcp.client.operation.duration: other buckets',
      'mcp.client.session.duration: other buckets',
    ],
  },
  {
    on: 'metrics',
    reason: 'A process talks to few providers: their addresses would repeat the provider. They are on the spans.',
    differences: perCall.flatMap((metric) => list(metric, 'no', 'server.address server.port')),
  },
  {
    on: 'metrics',
    reason: 'Calls that broke after their first chunk are told from those that did not.',
    differences: list(`${inference}.time_to_first_chunk`, 'also', 'error.type'),
  },
  {
    on: 'metrics',
    reason: 'Of high cardinality: it changes with every deployment of the provider.',
    differences: [`${inference}.duration`, ...tokenCounters].flatMap((metric) =>
      list(metric, 'no', 'openai.response.system_fingerprint'),
    ),
  },
  {
    on: 'metrics',
    reason: 'A tier is bought for its speed: these two show whether it is delivered.',
    differences: ['time_to_first_chunk', 'time_per_output_chunk'].flatMap((name) =>
      list(`${inference}.${name}`, 'also', 'openai.response.service_tier'),
    ),
  },
  {
    on: 'metrics',
    reason: 'Sizes of single calls are on their spans; histograms of them would double the number of series.',
    differences: ['input', 'output'].map((kind) => `${inference}.operation.${kind}_tokens: not recorded`),
  },
  {
    on: 'metrics',
    reason:
      'Prompts and resources of MCP servers are not used, JSON-RPC is always 2.0, and `fetch` does not tell which version of HTTP it spoke.',
    differences: [
      ...list('mcp.client.operation.duration', 'no', 'gen_ai.prompt.name jsonrpc.protocol.version'),
      ...list('mcp.client.operation.duration', 'no', 'network.protocol.version'),
      ...list('mcp.client.session.duration', 'no', 'jsonrpc.protocol.version network.protocol.version'),
    ],
  },
]
