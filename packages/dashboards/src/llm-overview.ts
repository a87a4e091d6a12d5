import { attribute, event, metric, service, spanName } from '@repo/telemetry/catalogue'
import { board } from './frame.ts'
import { boardUrl } from './grafana-url.ts'
import {
  type Field,
  greenFrom,
  linesPanel,
  logsPanel,
  outcomeColors,
  redFrom,
  size,
  started,
  statPanel,
  tablePanel,
  tracesPanel,
  trendPanel,
} from './panels.ts'
import {
  increase,
  label,
  ofLargest,
  partsThatAnswer,
  quantile,
  rate,
  selector,
  seriesName,
  share,
  spanMetric,
  timedTurnLines,
} from './series.ts'
import { turnFields } from './turn-fields.ts'

const model = label(attribute.requestModel)
const outcome = label(attribute.outcome)
const shown = selector.model
const bad = `${shown}, ${outcome}=~"failed|truncated"`
const turnSpan = `service="${service.api}", span_name="${spanName.turn}", ${label(attribute.turnModel)}=~"$model"`
const turnTraces = `resource.service.name = "${service.api}" && name = "${spanName.turn}" && span.${attribute.turnModel} =~ "$model"`
const turnColumns = `select(span.${attribute.outcome}, span.${attribute.errorType}, span.${attribute.turnModel}, span.${attribute.conversationId})`
const duration: Field = { name: 'Duration', title: 'Duration', width: 90, unit: 'ns', decimals: 2 }
const turn = {
  model: { name: attribute.turnModel, title: 'Model', width: 128 },
  outcome: { name: attribute.outcome, title: 'Outcome', width: 90 },
  error: { name: attribute.errorType, title: 'Error', width: 130 },
  conversation: {
    name: attribute.conversationId,
    title: 'Conversation',
    width: 315,
    url: boardUrl('conversation', 'var-conversation=VALUE'),
  },
} as const satisfies Record<string, Field>
const perModel = [attribute.requestModel]
const endings = [attribute.outcome]
const turnsPerModel = increase(metric.turns, shown, perModel)
const version = label(attribute.promptVersion)
const perVersion = [attribute.promptVersion]
const ofVersions = `${shown}, ${version}!=""`
const turnsPerVersion = `${increase(metric.turns, ofVersions, perVersion)} > 0`
/** What has no turn has no row: of one query alone, Grafana takes its numbers for those of the first. */
const ofAnswering = (expr: string) => `(${expr}) and on (${version}) (${turnsPerVersion})`
const scores = `${seriesName(metric.evaluationScore)}{${model}=~"$model", ${version}!=""}`
/** Every configured model has its series from the start: only those that were asked are worth a row. */
const ofAsked = (expr: string) => `(${expr}) and on (${model}) (${turnsPerModel} > 0)`
const tokenTypes = [
  ['input', metric.inputTokens],
  ['input from cache', metric.cacheReadInputTokens],
  ['input to cache', metric.cacheWriteInputTokens],
  ['output', metric.outputTokens],
  ['reasoning', metric.reasoningOutputTokens],
] as const

export const llmOverview = () =>
  board({
    uid: 'llm-overview',
    title: 'LLM overview',
    description: 'Is it fine, is it fast, what does it cost. Lines lead to traces.',
    variables: ['environment', 'model', 'interval'],
    panels: [
      statPanel({
        title: 'Ended well',
        description:
          'Share of turns that finished, were stopped by the user or lost their reader; the rest failed or was cut off. When red: the table of failed turns below, then the trace.',
        unit: 'percentunit',
        decimals: 1,
        thresholds: greenFrom(0.95, 0.99),
        board: 'llm-performance',
        expr: `1 - ${share(increase(metric.turns, bad), increase(metric.turns, shown))}`,
      }),
      statPanel({
        title: 'First token',
        description: `p95 from model call sent to first chunk, as the API sees it. From ${metric.timeToFirstChunk.name}. When red: is it one model (Models compared, below), retries, or the provider? LLM performance says.`,
        unit: 's',
        decimals: 2,
        thresholds: redFrom(2, 5),
        board: 'llm-performance',
        expr: quantile(0.95, metric.timeToFirstChunk, shown, [], '$__range'),
      }),
      statPanel({
        title: 'Cost today',
        description: `US dollars since midnight of your own time zone. From ${metric.cost.name}. Calls without a known price are not in it: they are counted by ${metric.unpriced.name}.`,
        unit: 'currencyUSD',
        decimals: 4,
        board: 'llm-cost',
        expr: increase(metric.cost, shown),
        range: 'now/d',
      }),
      statPanel({
        title: 'Parts up',
        description:
          'Share of Alloy, the stores and Grafana that answered when last asked. From up. When red: what stands here is not all; Pipeline health says which part is missing.',
        unit: 'percentunit',
        decimals: 0,
        thresholds: greenFrom(1, 1),
        noValue: 'not asked yet',
        board: 'pipeline',
        expr: partsThatAnswer,
      }),
      statPanel({
        title: 'Turns a min',
        description: `Answers asked for, however they ended, on average of the shown time. From ${metric.turns.name}. None although people chat: see Pipeline health.`,
        unit: 'short',
        decimals: 1,
        expr: `60 * sum(rate(${seriesName(metric.turns)}{${shown}}[$__range]))`,
      }),
      statPanel({
        title: 'Answering',
        description: `Answers that are being written at this moment. From ${metric.streamsActive.name}. When it only grows (Streaming now, below): a provider that stalls, or streams that never end.`,
        unit: 'short',
        decimals: 0,
        expr: `sum(${seriesName(metric.streamsActive)}{${selector.environment}})`,
      }),
      statPanel({
        title: 'Budget left',
        description: `Of DAILY_BUDGET_USD, until midnight UTC. From ${metric.budgetLimit.name} and ${metric.budgetSpent.name}. When red: LLM cost and tokens says which model spends it; turns are refused once it is gone.`,
        unit: 'percentunit',
        decimals: 0,
        thresholds: greenFrom(0.1, 0.25),
        noValue: 'no budget set',
        board: 'llm-cost',
        expr: `1 - max(${seriesName(metric.budgetSpent)}{${selector.environment}}) / max(${seriesName(metric.budgetLimit)}{${selector.environment}})`,
      }),
      statPanel({
        title: 'No price',
        description:
          "Model calls whose tokens are known and whose price is not: no cost has them. When not 0: name the model's price in LLM_PRICES_FILE. Calls without known tokens, as stopped ones are, stand in LLM cost and tokens.",
        unit: 'short',
        decimals: 0,
        thresholds: [
          { from: null, color: 'green' },
          { from: 1, color: 'orange' },
        ],
        board: 'llm-cost',
        expr: increase(metric.unpriced, shown),
      }),

      trendPanel({
        title: 'Turns by outcome',
        description: `Turns a minute, by how they ended. From ${metric.turns.name}. When one other than finished grows: the tables below.`,
        unit: 'short',
        stacked: true,
        colors: outcomeColors,
        noValue: 'no turn found',
        expr: ofLargest(6, `60 * ${rate(metric.turns, shown, endings)}`, metric.turns, shown, endings),
        legend: `{{${outcome}}}`,
      }),
      trendPanel({
        title: 'Failed or cut share',
        description: `Share of turns that failed, and of those whose answer was cut off. From ${metric.turns.name}. When it grows: which error? LLM performance, Failed calls.`,
        unit: 'percentunit',
        colors: outcomeColors,
        series: ['failed', 'truncated'].map((ending) => ({
          expr: share(rate(metric.turns, `${shown}, ${outcome}="${ending}"`), rate(metric.turns, shown)),
          legend: ending,
        })),
      }),
      trendPanel({
        title: 'Time to first token',
        description: `What a user waits before reading. From ${metric.timeToFirstChunk.name}. A click on a line finds the slow calls.`,
        unit: 's',
        traces: `{ span.${attribute.responseTimeToFirstChunk} > 1.0 }`,
        series: [0.5, 0.95].map((q) => ({
          expr: quantile(q, metric.timeToFirstChunk, shown),
          legend: `p${q * 100}`,
        })),
      }),
      trendPanel({
        title: 'Duration of a turn',
        description: `From accepted request to recorded outcome: retries, tools and the whole stream. From ${metric.turnDuration.name}; the dots, from the spans of the same turns, each open a trace.`,
        unit: 's',
        traces: `{ name = "${spanName.turn}" && duration > 5s }`,
        series: [
          { expr: quantile(0.5, metric.turnDuration, shown), legend: 'p50' },
          { expr: quantile(0.95, metric.turnDuration, shown), legend: 'p95' },
          { expr: quantile(0.99, spanMetric.latency, turnSpan), legend: 'p99 of the spans', exemplars: true },
        ],
      }),
      trendPanel({
        title: 'Tokens a second',
        description:
          "By type. Input counts what the provider read, its cache included; output counts reasoning too. From the API's counters of usage; calls without usage are not in it.",
        unit: 'short',
        series: tokenTypes.map(([legend, counter]) => ({ expr: rate(counter, shown), legend })),
      }),
      trendPanel({
        title: 'Cost an hour, by model',
        description: `US dollars an hour at the present pace, of the six dearest. From ${metric.cost.name}. When it jumps: LLM cost and tokens lists the most expensive turns.`,
        unit: 'currencyUSD',
        stacked: true,
        expr: ofLargest(6, `3600 * ${rate(metric.cost, shown, perModel)}`, metric.cost, shown, perModel),
        legend: `{{${model}}}`,
      }),

      tablePanel({
        title: 'Models compared',
        description:
          "What each model that was asked did in the shown time. From the API's metrics. A share of failures or a time that stands out: choose that model above.",
        labels: { [model]: { title: 'Model', width: 150 } },
        columns: [
          { title: 'Turns', unit: 'locale', decimals: 0, expr: ofAsked(turnsPerModel) },
          {
            title: 'Failed or cut',
            unit: 'percentunit',
            decimals: 1,
            expr: ofAsked(share(increase(metric.turns, bad, perModel), turnsPerModel)),
          },
          {
            title: 'First token, p95',
            unit: 's',
            decimals: 2,
            expr: ofAsked(quantile(0.95, metric.timeToFirstChunk, shown, perModel, '$__range')),
          },
          {
            title: 'Turn, p95',
            unit: 's',
            decimals: 2,
            expr: ofAsked(quantile(0.95, metric.turnDuration, shown, perModel, '$__range')),
          },
          {
            title: 'Output tokens',
            unit: 'locale',
            decimals: 0,
            expr: ofAsked(increase(metric.outputTokens, shown, perModel)),
          },
          {
            title: 'Cost',
            unit: 'currencyUSD',
            decimals: 4,
            expr: ofAsked(increase(metric.cost, shown, perModel)),
          },
        ],
      }),
      tablePanel({
        title: 'Prompt versions compared',
        description: `Of each system prompt that answered in the shown time: what a turn cost and how many tokens its answer had, on average, how many ratings were a thumb up, and how many answers of npm run eval passed (${metric.evaluationScore.name}, each question alike). A version is the beginning of the hash of the prompt's file. None: not rated, or not evaluated. When a new one is dearer or scores less: the old file is in the repository's history.`,
        size: { width: 24, height: 6 },
        labels: { [version]: { title: 'Prompt', width: 150 } },
        columns: [
          { title: 'Turns', unit: 'locale', decimals: 0, expr: turnsPerVersion },
          {
            title: 'Cost of a turn',
            unit: 'currencyUSD',
            decimals: 6,
            expr: share(increase(metric.cost, ofVersions, perVersion), turnsPerVersion),
          },
          {
            title: 'Tokens of an answer',
            unit: 'locale',
            decimals: 0,
            expr: share(increase(metric.outputTokens, ofVersions, perVersion), turnsPerVersion),
          },
          {
            title: 'Good ratings',
            unit: 'percentunit',
            decimals: 0,
            expr: ofAnswering(
              share(
                increase(metric.feedback, `${ofVersions}, ${label(attribute.feedbackRating)}="up"`, perVersion),
                increase(metric.feedback, ofVersions, perVersion),
              ),
            ),
          },
          {
            title: 'Evaluation',
            unit: 'percentunit',
            decimals: 0,
            expr: ofAnswering(`avg by (${version}) (last_over_time(${scores}[$__range]))`),
          },
        ],
      }),
      trendPanel({
        title: 'Streaming now',
        size: size.half,
        description: `Answers that are being written at this moment. From ${metric.streamsActive.name}. When it only grows: a provider that stalls, or streams that never end.`,
        unit: 'short',
        series: [{ expr: `sum(${seriesName(metric.streamsActive)}{${selector.environment}})`, legend: 'streams' }],
      }),
      trendPanel({
        title: 'Good ratings, by model',
        size: size.half,
        description: `Share of ratings that are a thumb up, each point over as long as the board shows: ratings are rare. From ${metric.feedback.name}; a changed rating counts again. When it falls after a deployment (purple line): read the rated answers by their traces.`,
        unit: 'percentunit',
        noValue: 'no rating found',
        zeros: 'drawn',
        expr: share(
          increase(metric.feedback, `${shown}, ${label(attribute.feedbackRating)}="up"`, perModel),
          increase(metric.feedback, shown, perModel),
        ),
        legend: `{{${model}}}`,
      }),
      tracesPanel({
        title: 'Slow turns',
        description:
          'Turns that took more than five seconds, the slowest of those found first. A click on a duration opens the trace, which says where the time went.',
        query: `{ ${turnTraces} && duration > 5s } | ${turnColumns}`,
        noValue: 'no turn above 5 s found',
        fields: [duration, turn.model, turn.outcome, turn.error, turn.conversation, started('Start time')],
        sort: duration.title,
      }),
      tracesPanel({
        title: 'Turns that failed or were cut off',
        description:
          'Turns that ended in an error, or before their answer was whole, the newest first. A click on the outcome opens the trace: the failing span says why, and one that reached a limit has its reason.',
        query: `{ ${turnTraces} && span.${attribute.outcome} =~ "failed|truncated" } | ${turnColumns}`,
        noValue: 'no failed turn found',
        fields: [turn.outcome, turn.error, turn.model, duration, turn.conversation, started('Start time')],
      }),
      logsPanel({
        title: 'Latest errors',
        description:
          'Lines of every service that are worse than a warning, and those of turns that failed or were cut off. Each leads to its trace, where it has one.',
        expr: `{service_name=~".+", deployment_environment_name=~"$environment"} | detected_level=~"error|fatal|critical" or ${outcome}=~"failed|truncated"`,
      }),
      linesPanel({
        title: 'Latest turns',
        description: `The newest first. From the line that the API writes for each turn (${event.turn}). Input and output are tokens. A click on an outcome opens its trace.`,
        expr: timedTurnLines,
        noValue: 'no turn found',
        fields: turnFields,
      }),
    ],
  })
