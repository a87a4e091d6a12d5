import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { attribute, event, metric, operation, service, spanName } from '@repo/telemetry/catalogue'
import { datasource } from './datasource.ts'
import { logsPanel, statPanel, tracesPanel, trendPanel } from './panels.ts'
import { increase, label, quantile, rate, seriesName, spanQuantile } from './series.ts'

const model = label(attribute.requestModel)
const outcome = label(attribute.outcome)
const shown = `${model}=~"$model"`
/** Ends that nobody has to look into: an answer, or a user who had read enough. */
const good = `${shown}, ${outcome}=~"finished|stopped|disconnected"`

const share = (part: string, whole: string) => `(${part}) / ((${whole}) > 0)`

/** The home dashboard: is it fine, is it fast, what does it cost. */
export function llmOverview(): Dashboard {
  const stat = { width: 4, height: 4 }
  const half = { width: 12, height: 8 }
  return new DashboardBuilder('LLM overview')
    .uid('llm-overview')
    .description('Is it fine, is it fast, what does it cost. Lines lead to traces.')
    .tags(['llm'])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-30m', to: 'now' })
    .refresh('10s')
    .withVariable(
      new QueryVariableBuilder('model')
        .label('Model')
        .datasource(datasource.mimir)
        .query(`label_values(${seriesName(metric.turns)}, ${model})`)
        .refresh(VariableRefresh.OnTimeRangeChanged)
        .sort(VariableSort.AlphabeticalAsc)
        .multi(true)
        .includeAll(true)
        .allValue('.+')
        .current({ selected: true, text: ['All'], value: ['$__all'] }),
    )
    .withPanel(
      statPanel(
        {
          title: 'Turns',
          description: `Answers asked for in the shown time, however they ended. From ${metric.turns.name}. None although people chat: see Pipeline health.`,
          unit: 'short',
          decimals: 0,
          expr: increase(metric.turns, shown),
        },
        stat,
      ),
    )
    .withPanel(
      statPanel(
        {
          title: 'Ended well',
          description:
            'Share of turns that finished, were stopped by the user or lost their reader; the rest failed or was cut off. When red: the table of failed turns below, then the trace.',
          unit: 'percentunit',
          decimals: 1,
          thresholds: [
            { from: null, color: 'red' },
            { from: 0.95, color: 'orange' },
            { from: 0.99, color: 'green' },
          ],
          expr: share(increase(metric.turns, good), increase(metric.turns, shown)),
        },
        stat,
      ),
    )
    .withPanel(
      statPanel(
        {
          title: 'Time to first token, p95',
          description: `Model call sent to first chunk, as the API sees it. From ${metric.timeToFirstChunk.name}. When red: is it one model (panel below), retries, or the provider?`,
          unit: 's',
          decimals: 2,
          thresholds: [
            { from: null, color: 'green' },
            { from: 2, color: 'orange' },
            { from: 5, color: 'red' },
          ],
          expr: quantile(0.95, metric.timeToFirstChunk, shown).replace('$__rate_interval', '$__range'),
        },
        stat,
      ),
    )
    .withPanel(
      statPanel(
        {
          title: 'Cost',
          description: `US dollars in the shown time. From ${metric.cost.name}. Calls without a known price are not in it: they are counted by ${metric.unpriced.name}.`,
          unit: 'currencyUSD',
          decimals: 4,
          expr: increase(metric.cost, shown),
        },
        stat,
      ),
    )
    .withPanel(
      statPanel(
        {
          title: 'Unpriced or unmetered calls',
          description: `Model calls that the cost leaves out: no known price, or no usage from the provider. When not 0: name the model's price in LLM_PRICES_FILE.`,
          unit: 'short',
          decimals: 0,
          thresholds: [
            { from: null, color: 'green' },
            { from: 1, color: 'orange' },
          ],
          expr: `${increase(metric.unpriced, shown)} + ${increase(metric.unmetered, shown)}`,
        },
        stat,
      ),
    )
    .withPanel(
      statPanel(
        {
          title: 'Streaming now',
          description: `Answers that are being written at this moment. From ${metric.streamsActive.name}. When it only grows: a provider that stalls, or streams that never end.`,
          unit: 'short',
          decimals: 0,
          expr: `sum(${seriesName(metric.streamsActive)})`,
        },
        stat,
      ),
    )
    .withPanel(
      trendPanel(
        {
          title: 'Turns by outcome',
          description: `Turns a second, by how they ended. From ${metric.turns.name}.`,
          unit: 'reqps',
          stacked: true,
          series: [{ expr: rate(metric.turns, shown, [attribute.outcome]), legend: `{{${outcome}}}` }],
        },
        half,
      ),
    )
    .withPanel(
      trendPanel(
        {
          title: 'Time to first token',
          description: `What a user waits before reading. From ${metric.timeToFirstChunk.name}. A click on a line finds the slow calls.`,
          unit: 's',
          traces: `{ span.${attribute.operationName} = "${operation.chat}" && span.${attribute.responseTimeToFirstChunk} > 1 }`,
          series: [0.5, 0.95, 0.99].map((q) => ({
            expr: quantile(q, metric.timeToFirstChunk, shown),
            legend: `p${q * 100}`,
          })),
        },
        half,
      ),
    )
    .withPanel(
      trendPanel(
        {
          title: 'Duration of a turn',
          description: `From accepted request to recorded outcome: retries, tools and the whole stream. From ${metric.turnDuration.name}; the dots, from the spans of the same turns, each open a trace.`,
          unit: 's',
          traces: `{ name = "${spanName.turn}" && duration > 5s }`,
          series: [
            { expr: quantile(0.5, metric.turnDuration, shown), legend: 'p50' },
            { expr: quantile(0.95, metric.turnDuration, shown), legend: 'p95' },
            { expr: spanQuantile(0.99, service.api, spanName.turn), legend: 'p99, all models', exemplars: true },
          ],
        },
        half,
      ),
    )
    .withPanel(
      trendPanel(
        {
          title: 'Cost an hour, by model',
          description: `US dollars an hour at the present pace. From ${metric.cost.name}.`,
          unit: 'currencyUSD',
          stacked: true,
          series: [{ expr: `3600 * ${rate(metric.cost, shown, [attribute.requestModel])}`, legend: `{{${model}}}` }],
        },
        half,
      ),
    )
    .withPanel(
      trendPanel(
        {
          title: 'Tokens a second',
          description: `Input counts what the provider read, its cache included; output counts reasoning too. From ${metric.inputTokens.name} and ${metric.outputTokens.name}.`,
          unit: 'short',
          series: [
            { expr: rate(metric.inputTokens, shown), legend: 'input' },
            { expr: rate(metric.outputTokens, shown), legend: 'output' },
          ],
        },
        half,
      ),
    )
    .withPanel(
      trendPanel(
        {
          title: 'Retries and refusals',
          description: `Attempts made again before the first chunk, by error, and turns refused before the provider was called, by reason. From ${metric.retries.name} and ${metric.rejections.name}. When 429 grows: the provider's limit is reached.`,
          unit: 'reqps',
          series: [
            {
              expr: rate(metric.retries, shown, [attribute.errorType]),
              legend: `retry: {{${label(attribute.errorType)}}}`,
            },
            {
              expr: rate(metric.rejections, '', [attribute.rejectionReason]),
              legend: `refused: {{${label(attribute.rejectionReason)}}}`,
            },
          ],
        },
        half,
      ),
    )
    .withPanel(
      tracesPanel(
        {
          title: 'Turns that failed or were cut off',
          description:
            'Newest traces in which the turn itself ended in an error. A row opens the trace: the failing span says why.',
          query: `{ resource.service.name = "${service.api}" && name =~ "invoke_agent.*" && status = error }`,
        },
        half,
      ),
    )
    .withPanel(
      logsPanel(
        {
          title: 'Turns',
          description: `One line a turn (${event.turn}), with model, tokens, cost and outcome in its details, and the way to its trace.`,
          expr: `{service_name="${service.api}"} | ${label(attribute.eventName)}="${event.turn}"`,
        },
        half,
      ),
    )
    .build()
}
