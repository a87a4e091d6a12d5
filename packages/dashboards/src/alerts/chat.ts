import { attribute, errorType, metric } from '@repo/telemetry/catalogue'
import { label, seriesName } from '../series.ts'
import { environment, increase, rate, ratio } from './promql.ts'
import type { Alert, Group } from './rule.ts'

const turns = seriesName(metric.turns)
const retries = seriesName(metric.retries)
const model = label(attribute.requestModel)
const rateLimited = `${label(attribute.errorType)}="429"`
const byModel = [model]
const byProviderAndModel = [label(attribute.providerName), model]

/** Each attempt that was refused: those that were tried again, and the last one of a turn that gave up. */
const refusals = (over: typeof rate, window: string) =>
  `(${over(`${retries}{${rateLimited}}`, window, byModel)} + ${over(`${turns}{${rateLimited}}`, window, byModel)})`

const rateLimitStorm: Alert = {
  alert: 'ProviderRateLimited',
  expr: [
    `${ratio(refusals(rate, '5m'), rate(turns, '5m', byModel))} > 0.2`,
    `and ${refusals(increase, '5m')} >= 10`,
  ].join('\n'),
  severity: 'page',
  summary: 'The provider refuses calls because of its rate limit (429)',
  description: `{{ $labels.${model} }}: {{ $value | printf "%.2f" }} refusals a turn in the last 5 minutes. Answers wait for the retry, or fail.`,
  panel: { board: 'llm-performance', title: 'Retries and fallbacks' },
}

const outOfCredit: Alert = {
  alert: 'ProviderOutOfCredit',
  expr: `${increase(`${turns}{${label(attribute.errorType)}="${errorType.outOfCredit}"}`, '10m', byModel)} > 0`,
  severity: 'page',
  summary: 'The account at the provider has no credit left',
  description: `{{ $labels.${model} }}: about {{ $value | printf "%.0f" }} turns in the last 10 minutes failed for it. Until somebody pays, every one will.`,
  panel: { board: 'llm-overview', title: 'Failed or cut share' },
}

const truncated: Alert = {
  alert: 'AnswersTruncated',
  expr: [
    `${ratio(rate(`${turns}{${label(attribute.outcome)}="truncated"}`, '30m', byModel), rate(turns, '30m', byModel))} > 0.05`,
    `and ${increase(turns, '30m', byModel)} >= 20`,
  ].join('\n'),
  severity: 'ticket',
  summary: 'Answers end before their end',
  description: `{{ $labels.${model} }}: {{ $value | humanizePercentage }} of the turns in the last 30 minutes were cut off.`,
  panel: { board: 'llm-overview', title: 'Failed or cut share' },
}

const unpriced: Alert = {
  alert: 'ModelUnpriced',
  expr: `${increase(seriesName(metric.unpriced), '1h', byProviderAndModel)} > 0`,
  severity: 'ticket',
  summary: 'The price of a model is unknown, and so what it costs',
  description: `{{ $labels.${model} }}: about {{ $value | printf "%.0f" }} calls in the last hour are in no cost and in no budget.`,
  panel: { board: 'llm-cost', title: 'Calls left out of the cost, by model' },
}

const calls = `${seriesName(metric.inferenceDuration)}_count`
const unmetered: Alert = {
  alert: 'UsageUnknown',
  expr: [
    `${ratio(rate(seriesName(metric.unmetered), '1h', byProviderAndModel), rate(calls, '1h', byProviderAndModel))} > 0.2`,
    `and ${increase(calls, '1h', byProviderAndModel)} >= 20`,
  ].join('\n'),
  severity: 'ticket',
  summary: 'Many model calls end without token counts',
  description: `{{ $labels.${model} }}: the provider reported no usage for {{ $value | humanizePercentage }} of the calls in the last hour. They are in no cost and in no budget.`,
  panel: { board: 'llm-cost', title: 'Calls left out of the cost, by model' },
}

const mcpServer = label(attribute.mcpServer)
const mcpServerDown: Alert = {
  alert: 'McpServerDown',
  expr: `min by (${[environment, mcpServer].join(', ')}) (${seriesName(metric.mcpServerUp)}) == 0`,
  for: '2m',
  severity: 'ticket',
  summary: 'An MCP server does not answer',
  description: `{{ $labels.${mcpServer} }} has not answered for 2 minutes. The chat goes on without its tools.`,
  panel: { board: 'llm-performance', title: 'Tool calls a minute' },
}

const notReady: Alert = {
  alert: 'ApiNotReady',
  expr: 'probe_success == 0',
  for: '1m',
  severity: 'page',
  summary: 'The API cannot serve',
  description:
    'For a minute, /ready of {{ $labels.service_name }} has not answered with 200: probe_success is {{ $value }}. Nobody can chat.',
  panel: { board: 'services', title: 'Processes' },
}

export const chatGroup: Group = {
  name: 'chat',
  rules: [notReady, rateLimitStorm, outOfCredit, truncated, unpriced, unmetered, mcpServerDown],
}
