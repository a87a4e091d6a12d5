import { attribute, metric, service } from '@repo/telemetry/catalogue'
import { board } from './frame.ts'
import { boardUrl } from './grafana-url.ts'
import { greenFrom, redFrom, row, size, started, statPanel, tablePanel, tracesPanel, trendPanel } from './panels.ts'
import { increase, label, ofLargest, rate, selector, seriesName, share, turnLines } from './series.ts'

const model = label(attribute.requestModel)
const source = label(attribute.costSource)
const conversation = label(attribute.conversationId)
const cost = label(attribute.cost)
const shown = selector.model
const perModel = [attribute.requestModel]
const ofPictures = `${shown}, ${label(attribute.tokenModality)}="image"`
const calls = `${seriesName(metric.inferenceDuration)}_count`
const budget = {
  limit: `max(${seriesName(metric.budgetLimit)}{${selector.environment}})`,
  spent: `max(${seriesName(metric.budgetSpent)}{${selector.environment}})`,
} as const
/** What is spent, and the last hour's pace until midnight UTC, when budgets begin anew. */
const forecast = `${budget.spent} + sum(rate(${seriesName(metric.cost)}{${selector.environment}}[1h])) * (86400 - time() % 86400)`
/** Of models, those that cost most in the shown time. */
const dearest = (count: number, series: string) => ofLargest(count, series, metric.cost, shown, perModel)
const noBudget = 'no budget set'

export const llmCost = () =>
  board({
    uid: 'llm-cost',
    title: 'LLM cost and tokens',
    description: 'What answers cost, why, and whether the budget lasts. Unknown is never 0: it is counted apart.',
    variables: ['environment', 'model', 'interval', 'minCost'],
    panels: [
      statPanel({
        title: 'Cost',
        size: { width: 8, height: 3 },
        description: `US dollars in the shown time. From ${metric.cost.name}: the provider's own number, else the price table's, else LLM_PRICES_FILE's.`,
        unit: 'currencyUSD',
        decimals: 4,
        expr: increase(metric.cost, shown),
      }),
      statPanel({
        title: 'Cost of 1,000 turns',
        size: { width: 8, height: 3 },
        description: `At the mix of models and lengths of the shown time. From ${metric.cost.name} over ${metric.turns.name}. When it grows: longer histories, or a dearer model; see Cost per turn.`,
        unit: 'currencyUSD',
        decimals: 2,
        expr: `1000 * ${share(increase(metric.cost, shown), increase(metric.turns, shown))}`,
      }),
      statPanel({
        title: 'Input from cache',
        size: { width: 8, height: 3 },
        description: `Share of input tokens that the provider read from its cache, at its lower price. From ${metric.cacheReadInputTokens.name}. What that saved in money is not shown: it needs each model's two prices, which no metric carries, and a guess would be an invention.`,
        unit: 'percentunit',
        decimals: 1,
        expr: share(increase(metric.cacheReadInputTokens, shown), increase(metric.inputTokens, shown)),
      }),
      statPanel({
        title: 'Reasoning share',
        size: { width: 8, height: 3 },
        description: `Share of output tokens that are reasoning: paid, and mostly not read. From ${metric.reasoningOutputTokens.name}. When it is most of them: a lower reasoning effort, or another model.`,
        unit: 'percentunit',
        decimals: 1,
        expr: share(increase(metric.reasoningOutputTokens, shown), increase(metric.outputTokens, shown)),
      }),
      statPanel({
        title: 'Unpriced share',
        size: { width: 8, height: 3 },
        description: `Share of model calls whose tokens are known and whose price is not. From ${metric.unpriced.name}. When not 0: name the model's price in LLM_PRICES_FILE.`,
        unit: 'percentunit',
        decimals: 1,
        thresholds: redFrom(0.0001, 0.05),
        expr: share(increase(metric.unpriced, shown), increase(calls, shown)),
      }),
      statPanel({
        title: 'Unmetered share',
        size: { width: 8, height: 3 },
        description: `Share of model calls that were answered, and for which the provider reported no usage: stopped and cut ones, mostly. From ${metric.unmetered.name}. When it is large: the provider ignores stream_options.include_usage.`,
        unit: 'percentunit',
        decimals: 1,
        thresholds: redFrom(0.1, 0.3),
        expr: share(increase(metric.unmetered, shown), increase(calls, shown)),
      }),

      row('Budget of the day, until midnight UTC'),
      trendPanel({
        title: 'Spent, forecast and limit',
        size: { width: 16, height: 8 },
        description: `Spent since midnight UTC by everybody (${metric.budgetSpent.name}, from the database), what it comes to by midnight at the pace of the last hour (${metric.cost.name}), and the limit. Above the limit: turns will be refused.`,
        unit: 'currencyUSD',
        noValue: noBudget,
        series: [
          { expr: budget.spent, legend: 'spent' },
          { expr: forecast, legend: 'forecast for midnight' },
          { expr: budget.limit, legend: 'limit' },
        ],
      }),
      statPanel({
        title: 'Left',
        size: { width: 8, height: 4 },
        description: `Of DAILY_BUDGET_USD. From ${metric.budgetLimit.name} and ${metric.budgetSpent.name}. At 0 turns are refused until midnight UTC.`,
        unit: 'currencyUSD',
        decimals: 2,
        noValue: noBudget,
        expr: `${budget.limit} - ${budget.spent}`,
      }),
      statPanel({
        title: 'Left at midnight',
        size: { width: 8, height: 4 },
        description:
          "Share of the budget that would be left if the last hour's pace held. When red, the budget ends before the day does: raise it, or look for who spends it below.",
        unit: 'percentunit',
        decimals: 0,
        noValue: noBudget,
        thresholds: greenFrom(0, 0.2),
        expr: `1 - (${forecast}) / ${budget.limit}`,
      }),

      row('Where it goes'),
      trendPanel({
        title: 'Cost an hour, by model',
        description: `US dollars an hour at the present pace, of the six dearest. From ${metric.cost.name}. When it jumps: more turns, or dearer ones? The next panel says.`,
        unit: 'currencyUSD',
        stacked: true,
        series: [{ expr: dearest(6, `3600 * ${rate(metric.cost, shown, perModel)}`), legend: `{{${model}}}` }],
      }),
      trendPanel({
        title: 'Cost per turn, by model',
        description: `Of the six dearest. From ${metric.cost.name} over ${metric.turns.name}. It grows with the history that each turn sends again: MAX_CONTEXT_MESSAGES bounds it.`,
        unit: 'currencyUSD',
        expr: dearest(6, share(rate(metric.cost, shown, perModel), rate(metric.turns, shown, perModel))),
        legend: `{{${model}}}`,
      }),
      tablePanel({
        title: 'Cost by model, source',
        size: size.third,
        description: `In the shown time. From ${metric.cost.name}. The source says who knows the price: provider, table (of the day in ${attribute.priceDate}, on the span), or file.`,
        labels: { [model]: { title: 'Model', width: 110 }, [source]: { title: 'Source', width: 70 } },
        columns: [
          {
            title: 'Cost',
            unit: 'currencyUSD',
            decimals: 4,
            expr: `${increase(metric.cost, shown, [attribute.requestModel, attribute.costSource])} > 0`,
          },
        ],
      }),
      trendPanel({
        title: 'Input tokens a second',
        description: `What the provider read, and what of it came from its cache or went into it. From ${metric.inputTokens.name} and its parts. Input that grows while turns do not: longer histories.`,
        unit: 'short',
        series: [
          { expr: rate(metric.inputTokens, shown), legend: 'all input' },
          { expr: rate(metric.cacheReadInputTokens, shown), legend: 'from cache' },
          { expr: rate(metric.cacheWriteInputTokens, shown), legend: 'to cache' },
        ],
      }),
      trendPanel({
        title: 'Output tokens a second',
        description: `What the provider wrote, reasoning included. From ${metric.outputTokens.name} and ${metric.reasoningOutputTokens.name}. Output is what costs most: MAX_OUTPUT_TOKENS bounds it.`,
        unit: 'short',
        series: [
          { expr: rate(metric.outputTokens, shown), legend: 'all output' },
          { expr: rate(metric.reasoningOutputTokens, shown), legend: 'reasoning' },
        ],
      }),
      trendPanel({
        title: 'From cache, by model',
        description: `Share of input tokens, of the six dearest. From ${metric.cacheReadInputTokens.name} and ${metric.inputTokens.name}. When it falls after a deployment (purple line): the beginning of the prompt changed.`,
        unit: 'percentunit',
        expr: dearest(
          6,
          share(rate(metric.cacheReadInputTokens, shown, perModel), rate(metric.inputTokens, shown, perModel)),
        ),
        legend: `{{${model}}}`,
      }),
      tablePanel({
        title: 'What do pictures cost',
        size: size.half,
        description: `In the shown time, by model. Pictures: sent to it, those of the history again (${metric.images.name}). Tokens: what it read them as, where the provider says so (${metric.inputTokens.name}, ${attribute.tokenModality} image). Cost: of the calls that had some, their text included (${metric.imageCost.name}): no provider tells the part of the pictures alone. When it is much: smaller pictures, or a new chat once a picture is done with.`,
        labels: { [model]: { title: 'Model', width: 150 } },
        columns: [
          { title: 'Pictures', unit: 'locale', decimals: 0, expr: `${increase(metric.images, shown, perModel)} > 0` },
          {
            title: 'Tokens',
            unit: 'locale',
            decimals: 0,
            expr: `${increase(metric.inputTokens, ofPictures, perModel)} > 0`,
          },
          {
            title: 'Cost',
            unit: 'currencyUSD',
            decimals: 4,
            expr: `${increase(metric.imageCost, shown, perModel)} > 0`,
          },
        ],
        noValue: 'no picture found',
      }),
      trendPanel({
        title: 'Input tokens a second, text and pictures',
        size: size.half,
        description: `From ${metric.inputTokens.name}, by ${attribute.tokenModality}. A provider that does not count pictures apart counts them as text. Pictures that grow while questions do not: each question of a conversation sends its pictures again.`,
        unit: 'short',
        stacked: true,
        expr: rate(metric.inputTokens, shown, [attribute.tokenModality]),
        legend: `{{${label(attribute.tokenModality)}}}`,
      }),
      trendPanel({
        title: 'Calls left out of the cost, by model',
        size: size.half,
        description: `A minute, three models each. Unpriced: tokens known, price not (${metric.unpriced.name}). Unmetered: no usage from the provider (${metric.unmetered.name}). They cost something, and nobody here knows what.`,
        unit: 'short',
        series: [
          ...(['unpriced', 'unmetered'] as const).map((kind) => ({
            expr: ofLargest(3, `60 * ${rate(metric[kind], shown, perModel)}`, metric[kind], shown, perModel),
            legend: `${kind}: {{${model}}}`,
          })),
        ],
      }),
      tablePanel({
        title: 'Most expensive conversations',
        size: size.half,
        description:
          'The ten that cost most in the shown time. From the line that the API writes for each turn, in Loki: metrics carry no conversation. A click opens it: its turns and their traces. With more than 10,000 conversations Loki refuses (max_query_series): choose a shorter time.',
        store: 'loki',
        labels: { [conversation]: { title: 'Conversation', width: 315 } },
        columns: [
          {
            title: 'Cost',
            unit: 'currencyUSD',
            decimals: 4,
            expr: `topk(10, sum by (${conversation}) (sum_over_time(${turnLines} | ${cost}!="" | unwrap ${cost} [$__range])))`,
          },
        ],
        noValue: 'none found',
        link: {
          label: conversation,
          title: 'Open the conversation',
          url: boardUrl('conversation', 'var-conversation=VALUE'),
        },
      }),
      tracesPanel({
        title: 'Expensive model calls',
        description:
          'Calls that cost at least what is set above (Dear from), the dearest of those found first. From the spans. Found as Tempo finds them: raise the threshold until all fit. A click on a cost opens the trace.',
        query: `{ resource.service.name = "${service.api}" && span.${attribute.requestModel} =~ "$model" && span.${attribute.cost} >= $min_cost } | select(span.${attribute.cost}, span.${attribute.costSource}, span.${attribute.requestModel}, span.${attribute.usageInputTokens}, span.${attribute.usageOutputTokens})`,
        noValue: 'no call as dear as this found',
        fields: [
          { name: attribute.cost, title: 'Cost', width: 90, unit: 'currencyUSD', decimals: 4 },
          { name: attribute.requestModel, title: 'Model', width: 140 },
          { name: attribute.usageInputTokens, title: 'Input tokens', width: 0, unit: 'locale', decimals: 0 },
          { name: attribute.usageOutputTokens, title: 'Output tokens', width: 0, unit: 'locale', decimals: 0 },
          { name: 'Duration', title: 'Duration', width: 90, unit: 'ns', decimals: 2 },
          { name: attribute.costSource, title: 'Price from', width: 0 },
          started('Start time'),
        ],
        sort: 'Cost',
      }),
    ],
  })
