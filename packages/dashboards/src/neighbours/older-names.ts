import { attribute, type MetricDefinition, metric } from '@repo/telemetry/catalogue'
import type { Group, Recording } from '../alerts/rule.ts'
import { label, seriesName } from '../series.ts'

/** What the older metrics did not have. */
const { incompleteReason, openaiServiceTier, tokenModality, promptVersion } = attribute
const without = [incompleteReason, openaiServiceTier, tokenModality, promptVersion].map(label).join(', ')

/** `gen_ai.provider.name` as it was called until 1.36, beside its newer name. */
const withSystem = (expr: string) =>
  `label_replace(${expr}, "gen_ai_system", "$1", "${label(attribute.providerName)}", "(.+)")`
const withType = (type: string, expr: string) =>
  `label_replace(${withSystem(expr)}, "gen_ai_token_type", "${type}", "", "")`

const duration: Recording[] = ['bucket', 'count', 'sum'].map((part) => ({
  record: `gen_ai_client_operation_duration_seconds_${part}`,
  expr: withSystem(`sum without (${without}) (${seriesName(metric.inferenceDuration)}_${part})`),
}))

/** Of the answers that a model gave. */
const answers = `sum without (${[without, label(attribute.errorType)].join(', ')}) (${seriesName(metric.inferenceDuration)}_count{${label(attribute.responseModel)}!=""})`
const usage = (type: string, counter: MetricDefinition): Recording[] => [
  {
    record: 'gen_ai_client_token_usage_sum',
    expr: withType(type, `sum without (${without}) (${seriesName(counter)})`),
  },
  { record: 'gen_ai_client_token_usage_count', expr: withType(type, answers) },
]

/**
 * Our metrics under the names that they had before v0.1.0 of the conventions: `gen_ai.client.operation.duration`, and
 * `gen_ai.client.token.usage` by its sum and count. Its buckets cannot be had from counters.
 */
export const olderNames: Group = {
  name: 'genai-older-names',
  rules: [...duration, ...usage('input', metric.inputTokens), ...usage('output', metric.outputTokens)],
}
