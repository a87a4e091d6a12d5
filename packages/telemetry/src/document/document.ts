import {
  attribute,
  errorType,
  event,
  incompleteReasons,
  libraryMetric,
  type MetricDefinition,
  measurement,
  metric,
  schemaUrl,
  service,
  spanName,
} from '../catalogue.ts'
import {
  attributeConventions,
  deviations,
  eventConventions,
  type Group,
  mcpConvention,
  metricConventions,
  silentDeviations,
  spanConventions,
  version,
} from './conventions.ts'

/** `docs/telemetry.md`: every signal, from the catalogue. `pnpm --filter @repo/telemetry document` writes it. */
export function document(): string {
  const metrics: MetricDefinition[] = Object.values(metric)
  return `# Telemetry

Every name that the application sends. This page is generated from
[catalogue.ts](../packages/telemetry/src/catalogue.ts), which code, dashboards and tests read too; a test fails when the page
is out of date.

\`gen_ai.*\` follows the OpenTelemetry GenAI semantic conventions ${version} (status Development), to the value; all scopes of
ours carry their schema URL, \`${schemaUrl}\`. \`chat.*\` is ours, for what they lack.

## Services

${Object.entries(service)
  .filter(([key]) => key !== 'namespace')
  .map(([, name]) => `- \`${name}\``)
  .join('\n')}

Each with \`service.namespace\` = \`${service.namespace}\`, \`service.version\`, \`deployment.environment.name\`, and a
\`service.instance.id\` of host name and port: another in each container or pod, the same over its restarts. What listens
nowhere has its place among those that run on the host instead: 1, 2, ….

## Spans of a turn

One trace: the web server's SERVER span, the API's SERVER span, \`${spanName.turn}\` (INTERNAL), per model call
\`${spanName.inference('{model}')}\` (CLIENT), per attempt an HTTP CLIENT span; a span a statement, \`pg {name}\`, beside. The last two of ours
cover the whole stream and end exactly once. Only what failed has \`${attribute.errorType}\` and the status of an error. A call
that was stopped or abandoned, or that reached a limit, has its reason in \`${attribute.incompleteReason}\`: nothing is broken.

\`${attribute.responseModel}\` is there only where a model answered, and is what it called itself. \`openai.*\` is there only where
the provider is \`openai\`. The agent's span has \`${attribute.requestModel}\` only if there is but one model to choose; the chosen
one is its \`${attribute.turnModel}\`.

A call of a tool that is not read-only waits for a person first. That time is the phase \`approval\`; it is in the span of the
turn and in \`${metric.agentDuration.name}\`, which is the span's, and not in \`${metric.turnDuration.name}\` or in the tool's span and
\`${metric.toolDuration.name}\`, which begin when the call is allowed. Each decision is an event \`${event.approval}\` of the turn's
span; what is denied has no span of a tool.

A call that the provider refused says why: \`${attribute.providerErrorCode}\`, \`${attribute.providerErrorType}\`,
\`${attribute.providerErrorParam}\` and \`${attribute.providerErrorMessage}\` (without keys, accounts and what was asked; at most 500
characters) on its span and on one log line, on no metric and on no page.

Left out, because another span says the same:

- Fastify's \`request\`: the SERVER span around it has its route and its time.
- Connecting to PostgreSQL and taking a connection from the pool: a statement's span begins when it is asked for, and the pool's
  metrics tell how many wait.
- The text of statements: 1 to 2 kB in each span; its name leads to it in the source. An error has its code and not its message,
  which quotes what people wrote.
- Next's steps on the way to our code (\`next-span-processor.ts\` names them): leaves, the same in each request.

## Metrics

In Mimir dots become underscores, seconds get \`_seconds\`, counters \`_total\`.

| name | kind | unit | attributes | |
|---|---|---|---|---|
${metrics.map(row).join('\n')}

From the instrumentation libraries: ${Object.values(libraryMetric).map(code).join(', ')}, \`nodejs.*\`, \`v8js.*\`.

No attribute of a metric is ever a visitor, a conversation, a message, a response or a trace: the number of series does not
grow with users. Counters of every configured model start with an explicit 0. Sampling never touches metrics.

## Values of \`${attribute.errorType}\` and \`${attribute.incompleteReason}\`

HTTP status codes of the provider, codes of JSON-RPC errors, and ${Object.values(errorType).map(code).join(', ')}. Of
these, ${[...incompleteReasons].map(code).join(', ')} are reasons of what did not fail.

## Logs

pino JSON on stdout, and the same records over OTLP. Every line written inside a request carries its \`trace_id\` and
\`span_id\`; every line of a turn carries \`${attribute.conversationId}\`. One event per turn, \`${event.turn}\`, with outcome,
model, tokens, cost and time to first chunk. A rating is a \`${event.evaluation}\`, as part of the trace of what was rated.

\`${event.inferenceException}\` and \`${event.toolException}\` (WARN) say what a call failed with: type, and of model calls what
the provider said, redacted. \`${event.inferenceDetails}\` (DEBUG) has all attributes of a model call's span: with
\`LOG_LEVEL=debug\`, or with content capture.

## Browser

Sent by pages when \`FARO_URL\` is set; lines in Loki with \`service_name="${service.browser}"\`, told apart by
\`kind\`, and traces.

| kind | |
|---|---|
| \`event\` | begin and end of sessions |
| \`exception\` | uncaught errors: type and frames of our own scripts, without their message |
| \`measurement\`, type \`web-vitals\` | \`ttfb\`, \`fcp\`, \`lcp\`, \`inp\`, \`cls\`, with rating |
${Object.values(measurement).map(measurementRow).join('\n')}

The page's request is the root span of its turn's trace. A session that is not sampled sends nothing, and its turns keep
the traces of the servers.

## What is never sent

Prompts and answers, nor what tools are given and say: not in spans, logs, exception messages, URLs or baggage. Tests plant
canaries to prove it.

\`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true\` puts them on the model call's span and into its
\`${event.inferenceDetails}\`, as \`${attribute.systemInstructions}\`, \`${attribute.inputMessages}\`, \`${attribute.outputMessages}\`
and \`${attribute.toolDefinitions}\`, in the form of the conventions' JSON schemas (on spans as JSON text), and on the tools' as
\`${attribute.toolCallArguments}\` and \`${attribute.toolCallResult}\`: secrets redacted, each text cut to 2,000 characters.

## The conventions ${version}

What they say of the groups that we send: each attribute with its type, the values that it may have, and how much it is wanted.
Attributes in italics we do not send; the deviations say why.

${[
  ...Object.values(spanConventions).map((span) => groupTable(`Span ${code(span.name)}`, span)),
  groupTable('MCP request, on the span of its tool call', mcpConvention),
  ...Object.values(eventConventions).map((one) =>
    one === eventConventions.details
      ? `### Event ${code(one.name)}\n\nAll attributes of the span ${code(spanConventions.inference.name)}.`
      : groupTable(`Event ${code(one.name)}`, one),
  ),
  ...metricConventions.map((one) => groupTable(`Metric ${code(one.name)}, ${one.kind}, ${code(one.unit)}`, one)),
].join('\n\n')}

## Deviations from the conventions

What is missing, added or different beside the GenAI conventions, and why. Two tests find every difference out, of the
catalogue and of what an API sends, and fail when it is not in this list.

${silentDeviations.map((reason) => `- ${reason}`).join('\n')}
${deviations.map(({ reason, differences }) => `- ${reason} ${grouped(differences)}`).join('\n')}
`
}

function row({ name, kind, unit, attributes, description }: MetricDefinition): string {
  return `| \`${name}\` | ${kind} | \`${unit}\` | ${attributes.map(code).join(', ') || 'none'} | ${description} |`
}

const sent = new Set<string>(Object.values(attribute))
const levels = {
  required: 'required',
  conditionallyRequired: 'conditionally required',
  recommended: 'recommended',
  optIn: 'opt-in',
} as const satisfies Record<keyof Group, string>

function groupTable(title: string, group: Group): string {
  const rows = Object.entries(levels).flatMap(([level, words]) =>
    group[level as keyof Group].map((key) => {
      const { type, values, open } = attributeConventions.get(key) ?? { type: 'any' }
      const allowed = values ? `${values.map(code).join(', ')}${open ? ', or another' : ''}` : ''
      return `| ${sent.has(key) ? code(key) : `*${key}*`} | ${type} | ${words} | ${allowed} |`
    }),
  )
  return [`### ${title}`, '', '| attribute | type | level | values |', '|---|---|---|---|', ...rows].join('\n')
}

function measurementRow({
  type,
  value,
  description,
  attributes,
}: (typeof measurement)[keyof typeof measurement]): string {
  return `| \`measurement\`, type \`${type}\` | \`${value}\`, milliseconds. ${description} Context: ${attributes.map(code).join(', ')}. |`
}

/** `{signal}: no {attribute}` of several attributes in one: signal by signal, what each lacks or has. */
function grouped(differences: readonly string[]): string {
  const bySignal = Map.groupBy(differences, (difference) => difference.split(': ', 1)[0] as string)
  const texts = [...bySignal].map(([signal, own]) => {
    const words = own.map((difference) => difference.slice(signal.length + 2).replace(/(?<=no |also )\S+/, code))
    return `${signal.replace(/^\S+/, code)}: ${words.join(', ')}`
  })
  return `(${texts.join('; ')})`
}

function code(name: string): string {
  return `\`${name}\``
}
