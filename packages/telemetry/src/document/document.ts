import {
  attribute,
  errorType,
  event,
  libraryMetric,
  type MetricDefinition,
  measurement,
  metric,
  service,
  spanName,
} from '../catalogue.ts'
import { deviations, silentDeviations } from './conventions.ts'

/** `docs/telemetry.md`: every signal, from the catalogue. `pnpm --filter @repo/telemetry document` writes it. */
export function document(): string {
  const metrics: MetricDefinition[] = Object.values(metric)
  return `# Telemetry

Every name that the application sends. This page is generated from
[catalogue.ts](../packages/telemetry/src/catalogue.ts), which code, dashboards and tests read too; a test fails when the page
is out of date.

\`gen_ai.*\` follows the OpenTelemetry GenAI semantic conventions (semantic-conventions-genai, October 2026, status
Development). \`chat.*\` is ours, for what they lack.

## Services

${Object.entries(service)
  .filter(([key]) => key !== 'namespace')
  .map(([, name]) => `- \`${name}\``)
  .join('\n')}

Each with \`service.namespace\` = \`${service.namespace}\`, \`service.version\`, \`deployment.environment.name\`, and a
\`service.instance.id\` of host name and port: another in each container or pod, the same over its restarts.

## Spans of a turn

One trace: the web server's SERVER span, the API's SERVER span, \`${spanName.turn}\` (INTERNAL), per model call
\`${spanName.inference('{model}')}\` (CLIENT), per attempt an HTTP CLIENT span; database spans beside. The last two of ours
cover the whole stream and end exactly once. A stopped or abandoned call has \`${attribute.errorType}\` =
\`${errorType.cancelled}\` and no error status: nothing is broken.

## Metrics

In Mimir dots become underscores, seconds get \`_seconds\`, counters \`_total\`.

| name | kind | unit | attributes | |
|---|---|---|---|---|
${metrics.map(row).join('\n')}

From the instrumentation libraries: ${Object.values(libraryMetric).map(code).join(', ')}, \`nodejs.*\`, \`v8js.*\`.

No attribute of a metric is ever a visitor, a conversation, a message, a response or a trace: the number of series does not
grow with users. Counters of every configured model start with an explicit 0. Sampling never touches metrics.

## Values of \`${attribute.errorType}\`

HTTP status codes of the provider, and ${Object.values(errorType).map(code).join(', ')}.

## Logs

pino JSON on stdout, and the same records over OTLP. Every line written inside a request carries its \`trace_id\` and
\`span_id\`; every line of a turn carries \`${attribute.conversationId}\`. One event per turn, \`${event.turn}\`, with outcome,
model, tokens, cost and time to first chunk.

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

\`OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true\` puts them on the model call's span, as
\`${attribute.inputMessages}\` and \`${attribute.outputMessages}\`, and on the tools' as \`${attribute.toolCallArguments}\` and
\`${attribute.toolCallResult}\`: secrets redacted, each text cut to 2,000 characters.

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
