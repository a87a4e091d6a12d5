import type { MetricDefinition } from '../catalogue.ts'

/**
 * What the OpenTelemetry GenAI semantic conventions say of the signals that we send: semantic-conventions-genai, main
 * branch of October 2026, `model/gen-ai` and `model/mcp`. Written by hand and apart from the catalogue, so that a test
 * can tell the two apart. Every difference has to stand in `deviations` with its reason.
 */

interface SpanConvention {
  /** `gen_ai.operation.name` */
  readonly operation: string
  /** Attribute keys in braces stand for their values. */
  readonly name: string
  readonly kind: 'CLIENT' | 'INTERNAL'
  readonly required: readonly string[]
  /** Conditionally required, and recommended. */
  readonly expected: readonly string[]
  readonly optIn: readonly string[]
}

const under = (namespace: string, names: string) => names.split(' ').map((name) => `${namespace}.${name}`)
const content = under('gen_ai', 'system_instructions input.messages output.messages tool.definitions')
const sampling = under(
  'gen_ai.request',
  'max_tokens temperature top_p frequency_penalty presence_penalty stop_sequences choice.count seed',
)

export const spanConventions = {
  inference: {
    operation: 'chat',
    name: '{gen_ai.operation.name} {gen_ai.request.model}',
    kind: 'CLIENT',
    required: under('gen_ai', 'operation.name provider.name'),
    expected: [
      'error.type',
      ...under('gen_ai', 'conversation.id conversation.compacted output.type prompt.name prompt.version'),
      ...sampling,
      ...under('gen_ai.request', 'model stream top_k reasoning.level previous_response.id'),
      ...under('gen_ai.response', 'id model finish_reasons time_to_first_chunk'),
      ...under('gen_ai.usage', 'input_tokens output_tokens cache_read.input_tokens cache_write.input_tokens'),
      'gen_ai.usage.reasoning.output_tokens',
      ...under('openai', 'api.type request.service_tier response.service_tier response.system_fingerprint'),
      ...under('server', 'address port'),
    ],
    optIn: content,
  },
  invokeAgent: {
    operation: 'invoke_agent',
    name: 'invoke_agent {gen_ai.agent.name}',
    kind: 'INTERNAL',
    required: ['gen_ai.operation.name'],
    expected: [
      'error.type',
      ...under('gen_ai', 'agent.name agent.description conversation.id data_source.id output.type request.model'),
      ...sampling,
      ...under('gen_ai', 'response.finish_reasons usage.input_tokens usage.output_tokens'),
    ],
    optIn: content,
  },
  executeTool: {
    operation: 'execute_tool',
    name: 'execute_tool {gen_ai.tool.name}',
    kind: 'INTERNAL',
    required: under('gen_ai', 'operation.name tool.name'),
    expected: ['error.type', ...under('gen_ai', 'agent.name conversation.id tool.call.id tool.description tool.type')],
    optIn: under('gen_ai', 'tool.call.arguments tool.call.result'),
  },
} as const satisfies Record<string, SpanConvention>

export const evaluationConvention = {
  name: 'gen_ai.evaluation.result',
  required: ['gen_ai.evaluation.name'],
  expected: under('gen_ai', 'evaluation.score.value evaluation.score.label evaluation.explanation response.id'),
} as const

/** Of an MCP request; ours go onto the `execute_tool` span that covers it. */
export const mcpAttributes = [
  ...under('mcp', 'method.name session.id protocol.version'),
  ...under('network', 'transport protocol.name protocol.version'),
  ...under('jsonrpc', 'request.id protocol.version'),
  'rpc.response.status_code',
]

type MetricConvention = Omit<MetricDefinition, 'description'>

const call = [
  ...under('gen_ai', 'operation.name provider.name request.model response.model'),
  ...under('server', 'address port'),
]
const doubling = (from: number, steps: number) => Array.from({ length: steps }, (_, i) => (from * 2 ** i * 100) / 100)
const seconds = doubling(0.01, 14)
const fourfold = Array.from({ length: 14 }, (_, i) => 4 ** i)
const histogram = (name: string, attributes: readonly string[], buckets: readonly number[], unit = 's') =>
  ({ name, kind: 'histogram', unit, attributes, buckets }) as const

/** Those of a client that streams, calls tools and is an agent; what model servers and workflows send is left out. */
export const metricConventions: readonly MetricConvention[] = [
  histogram('gen_ai.client.inference.duration', [...call, 'error.type'], seconds),
  histogram('gen_ai.client.inference.time_to_first_chunk', call, seconds),
  histogram('gen_ai.client.inference.time_per_output_chunk', call, seconds),
  ...under(
    'gen_ai.client.inference.usage',
    'input_tokens output_tokens cache_read.input_tokens cache_write.input_tokens reasoning.output_tokens',
  ).map(
    (name) => ({ name, kind: 'counter', unit: '{token}', attributes: [...call, 'gen_ai.token.modality'] }) as const,
  ),
  histogram('gen_ai.client.inference.operation.input_tokens', [...call, 'error.type'], fourfold, '{token}'),
  histogram('gen_ai.client.inference.operation.output_tokens', [...call, 'error.type'], fourfold, '{token}'),
  histogram(
    'gen_ai.execute_tool.duration',
    ['error.type', ...under('gen_ai', 'tool.name tool.type agent.name')],
    seconds,
  ),
  histogram(
    'gen_ai.invoke_agent.duration',
    ['error.type', ...under('gen_ai', 'agent.name request.model')],
    doubling(0.1, 13),
  ),
  histogram('gen_ai.invoke_agent.inference_calls', ['gen_ai.agent.name'], doubling(1, 8), '{inference_call}'),
  histogram('gen_ai.invoke_agent.tool_calls', ['gen_ai.agent.name'], doubling(1, 8), '{tool_call}'),
  histogram(
    'mcp.client.operation.duration',
    [
      ...['error.type', 'rpc.response.status_code', 'jsonrpc.protocol.version'],
      ...under('gen_ai', 'operation.name tool.name prompt.name'),
      ...under('mcp', 'method.name protocol.version'),
      ...under('network', 'transport protocol.name protocol.version'),
      ...under('server', 'address port'),
    ],
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
  ),
]

export interface Deviation {
  readonly on: 'spans' | 'metrics'
  readonly reason: string
  /** As the tests word them: `{signal}: no {attribute}`, `{signal}: also {attribute}`, and so on. */
  readonly differences: readonly string[]
}

const list = (signal: string, word: string, keys: string) => keys.split(' ').map((key) => `${signal}: ${word} ${key}`)
const inference = 'gen_ai.client.inference'
const usage = (kind: string) => `${inference}.usage.${kind}_tokens`
const perCall = [
  ...['duration', 'time_to_first_chunk', 'time_per_output_chunk'].map((name) => `${inference}.${name}`),
  ...['input', 'output', 'cache_read.input', 'cache_write.input', 'reasoning.output'].map(usage),
]

/** Differences that no name shows. */
export const silentDeviations: readonly string[] = [
  'Usage counters are not recorded with 0 for calls whose usage is unknown; `chat.inference.unmetered` counts those, so that unknown is not mistaken for nothing.',
  'Beside the conventions stand attributes and metrics in `chat.*`: cost and its source and date, outcomes, retries, phases of a turn, MCP servers. The conventions have none of it yet.',
]

/** All others; tests find them out and require this list to be complete. Attributes in `chat.*` are not repeated here. */
export const deviations: readonly Deviation[] = [
  {
    on: 'spans',
    reason: 'The chat leaves these parameters to the provider: an absent attribute says so.',
    differences: [
      ...list('chat span', 'no', 'gen_ai.output.type gen_ai.request.choice.count gen_ai.request.frequency_penalty'),
      ...list('chat span', 'no', 'gen_ai.request.presence_penalty gen_ai.request.reasoning.level gen_ai.request.seed'),
      ...list('chat span', 'no', 'gen_ai.request.stop_sequences gen_ai.request.temperature gen_ai.request.top_k'),
      ...list('chat span', 'no', 'gen_ai.request.top_p openai.request.service_tier'),
    ],
  },
  {
    on: 'spans',
    reason: 'The chat has no stored prompts, no compaction, no chained responses and no data sources.',
    differences: [
      ...list('chat span', 'no', 'gen_ai.prompt.name gen_ai.prompt.version gen_ai.conversation.compacted'),
      ...list('chat span', 'no', 'gen_ai.request.previous_response.id'),
      ...list('invoke_agent span', 'no', 'gen_ai.data_source.id'),
    ],
  },
  {
    on: 'spans',
    reason: 'It changes with every deployment of the provider, and explains nothing that people look for.',
    differences: list('chat span', 'no', 'openai.response.system_fingerprint'),
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
    reason: 'Texts that are the same on every span; the name leads to them.',
    differences: ['invoke_agent span: no gen_ai.agent.description', 'execute_tool span: no gen_ai.tool.description'],
  },
  {
    on: 'spans',
    reason: 'What a visitor writes beside a rating stays in the database, as all content does.',
    differences: list('gen_ai.evaluation.result', 'no', 'gen_ai.evaluation.explanation'),
  },
  {
    on: 'spans',
    reason: 'An event stands alone in a log store: it says which conversation and model it is about.',
    differences: list('gen_ai.evaluation.result', 'also', 'event.name gen_ai.conversation.id gen_ai.request.model'),
  },
  {
    on: 'metrics',
    reason:
      'Finer where time to first token lives, between 0.1 s and 5 s, than powers of two, and up to 120 s, because reasoning models take that long; time between chunks begins at 0.5 ms.',
    differences: [
      ...['duration', 'time_to_first_chunk', 'time_per_output_chunk'].map(
        (name) => `${inference}.${name}: other buckets`,
      ),
      'gen_ai.execute_tool.duration: other buckets',
      'mcp.client.operation.duration: other buckets',
    ],
  },
  {
    on: 'metrics',
    reason: 'A process talks to one provider: its address would be a label with one value. It is on the spans.',
    differences: perCall.flatMap((metric) => list(metric, 'no', 'server.address server.port')),
  },
  {
    on: 'metrics',
    reason: 'Calls that broke after their first chunk are told from those that did not.',
    differences: list(`${inference}.time_to_first_chunk`, 'also', 'error.type'),
  },
  {
    on: 'metrics',
    reason: 'Parts of input and output, which carry it; the chat reads and writes text only.',
    differences: ['cache_read.input', 'cache_write.input', 'reasoning.output'].flatMap((kind) =>
      list(usage(kind), 'no', 'gen_ai.token.modality'),
    ),
  },
  {
    on: 'metrics',
    reason: 'Sizes of single calls are on their spans; histograms of them would double the number of series.',
    differences: ['input', 'output'].map((kind) => `${inference}.operation.${kind}_tokens: not recorded`),
  },
  {
    on: 'metrics',
    reason: '`chat.turn.duration` and `chat.turns` say the same by outcome, and all turns are of one agent.',
    differences: ['duration', 'inference_calls', 'tool_calls'].map(
      (name) => `gen_ai.invoke_agent.${name}: not recorded`,
    ),
  },
  {
    on: 'metrics',
    reason: 'There is one agent, and the name of a tool tells its type.',
    differences: list('gen_ai.execute_tool.duration', 'no', 'gen_ai.agent.name gen_ai.tool.type'),
  },
  {
    on: 'metrics',
    reason: 'Each follows from the server, which `chat.mcp.server` names; prompts of MCP servers are not used.',
    differences: [
      ...list('mcp.client.operation.duration', 'no', 'gen_ai.operation.name gen_ai.prompt.name mcp.protocol.version'),
      ...list('mcp.client.operation.duration', 'no', 'jsonrpc.protocol.version network.protocol.name'),
      ...list('mcp.client.operation.duration', 'no', 'network.protocol.version network.transport'),
      ...list('mcp.client.operation.duration', 'no', 'rpc.response.status_code server.address server.port'),
    ],
  },
]
