import { attribute, errorType, measurement, metric, operation, service, spanName } from '@repo/telemetry/catalogue'
import { board } from './frame.ts'
import { heatmapPanel, row, size, trendPanel } from './panels.ts'
import {
  buckets,
  gainedAMinute,
  label,
  lineQuantile,
  ofLargest,
  perceivedTtftLines,
  quantile,
  rate,
  selector,
  seriesName,
  share,
  spanMetric,
} from './series.ts'

const model = label(attribute.requestModel)
const error = label(attribute.errorType)
const shown = selector.model
const slowStart = `{ span.${attribute.responseTimeToFirstChunk} > 1.0 }`
const slowTurn = `{ name = "${spanName.turn}" && duration > 5s }`
const slowCall = `{ span.${attribute.operationName} = "${operation.chat}" && duration > 5s }`
const queries = 'db_client_operation_duration_seconds'
const ofQueries = `service_name="${service.api}", ${selector.environment}`
const slowQuery = `{ resource.service.name = "${service.api}" && name =~ "pg.+" && duration > 20ms }`
const tools = `{ span.${attribute.operationName} = "${operation.executeTool}" }`
const perModel = [attribute.requestModel]
const perError = [attribute.errorType]
const quantiles = [0.5, 0.95, 0.99]
/** Calls whose answer came to its end or to its limit, and whose usage is therefore that of the whole time. */
const whole = `${shown}, ${error}="", ${label(attribute.incompleteReason)}!="${errorType.cancelled}"`
const toolName = label(attribute.toolName)
const modelCalls = `${seriesName(metric.inferenceDuration)}_count`
const toolCalls = `${seriesName(metric.toolDuration)}_count`
const mostAsked = (series: string) => ofLargest(6, series, modelCalls, shown, perModel)
const decision = label(attribute.approvalDecision)
const decided = [attribute.toolName, attribute.approvalDecision]
const mostCalled = (series: string) => ofLargest(6, series, toolCalls, selector.environment, [attribute.toolName])
const SIX = 'Of the six that were asked most.'

export const llmPerformance = () =>
  board({
    uid: 'llm-performance',
    title: 'LLM performance',
    description: 'How fast answers are, where their time goes, and what goes wrong on the way to the provider.',
    variables: ['environment', 'model', 'interval'],
    panels: [
      heatmapPanel({
        title: 'Time to first token, spread',
        description: `Model call sent to first chunk. From ${metric.timeToFirstChunk.name}. Two bands mean two kinds of calls: models, retries, cache. OpenTelemetry for JavaScript records no exemplars; the link finds the traces of slow starts.`,
        unit: 's',
        expr: buckets(metric.timeToFirstChunk, shown),
        traces: slowStart,
      }),
      heatmapPanel({
        title: 'Duration of a turn, spread',
        description: `From ${metric.turnDuration.name}; a click finds the traces. Bands above 30 s: timeouts, or very long answers.`,
        unit: 's',
        expr: buckets(metric.turnDuration, shown),
        traces: slowTurn,
      }),
      trendPanel({
        title: 'Time to first token',
        description: `Of all chosen models together. From ${metric.timeToFirstChunk.name}. When p99 leaves p95 behind: retries, or one slow model.`,
        unit: 's',
        traces: slowStart,
        series: quantiles.map((q) => ({
          expr: quantile(q, metric.timeToFirstChunk, shown),
          legend: `p${q * 100}`,
        })),
      }),
      trendPanel({
        title: 'First token, by model',
        description: `p95. ${SIX} From ${metric.timeToFirstChunk.name}. One model above the others: its provider; all of them: our way there, or the network.`,
        unit: 's',
        traces: slowStart,
        expr: mostAsked(quantile(0.95, metric.timeToFirstChunk, shown, perModel)),
        legend: `{{${model}}}`,
      }),
      trendPanel({
        title: 'Server and visitors',
        description: `p95 of what the API measures, beside what visitors see, from pressing Send to the first text on the page. From ${metric.timeToFirstChunk.name}, and from ${measurement.perceivedTtft.type} in the lines of pages. A growing gap: the network, the web server, or a slow page (Browser).`,
        unit: 's',
        traces: `{ resource.service.name = "${service.browser}" && duration > 2s }`,
        series: [
          { expr: quantile(0.95, metric.timeToFirstChunk, shown), legend: 'server' },
          {
            expr: `${lineQuantile(0.95, `${perceivedTtftLines} | context_${model}=~"$model"`, measurement.perceivedTtft.value)} / 1000`,
            legend: 'visitor',
            store: 'loki',
          },
        ],
      }),
      trendPanel({
        title: 'Duration of a model call',
        description: `Retries and the whole stream included. From ${metric.inferenceDuration.name}. Long answers take long: beside Output tokens a second it says whether the provider is slow.`,
        unit: 's',
        traces: slowCall,
        series: quantiles.map((q) => ({
          expr: quantile(q, metric.inferenceDuration, shown),
          legend: `p${q * 100}`,
        })),
      }),
      trendPanel({
        title: 'Model call, p95 by model',
        description: `${SIX} From ${metric.inferenceDuration.name}. One that grows alone: that model's provider, or longer answers.`,
        unit: 's',
        traces: slowCall,
        expr: mostAsked(quantile(0.95, metric.inferenceDuration, shown, perModel)),
        legend: `{{${model}}}`,
      }),
      trendPanel({
        title: 'Chunk gaps, by model',
        description: `p95 of the time between chunks: how evenly text arrives. ${SIX} From ${metric.timePerOutputChunk.name}. Above 0.2 s reading stutters; near the idle timeout answers are about to be cut.`,
        unit: 's',
        traces: slowCall,
        expr: mostAsked(quantile(0.95, metric.timePerOutputChunk, shown, perModel)),
        legend: `{{${model}}}`,
      }),
      trendPanel({
        title: 'Output tokens a second, by model',
        size: size.half,
        description: `How fast an answer is written once it has begun: output tokens over the time from first chunk to end, of calls that came to their end. ${SIX} From ${metric.outputTokens.name}, ${metric.inferenceDuration.name} and ${metric.timeToFirstChunk.name}. When it falls for one model: its provider is loaded.`,
        unit: 'short',
        expr: mostAsked(
          share(
            rate(metric.outputTokens, shown, perModel),
            `${rate(`${seriesName(metric.inferenceDuration)}_sum`, whole, perModel)} - ${rate(`${seriesName(metric.timeToFirstChunk)}_sum`, whole, perModel)}`,
          ),
        ),
        legend: `{{${model}}}`,
      }),
      trendPanel({
        title: 'Model calls a minute, by model',
        size: size.half,
        description: `How much there is to be fast or slow. ${SIX} From ${metric.inferenceDuration.name}. Quantiles of a handful of calls say little.`,
        unit: 'short',
        stacked: true,
        expr: mostAsked(`60 * ${rate(modelCalls, shown, perModel)}`),
        legend: `{{${model}}}`,
      }),

      row('Where the time goes'),
      trendPanel({
        title: 'Average turn, by phase',
        size: size.half,
        description: `Seconds of an average turn: preparing (limits, queue, database), waiting for the provider's first chunk, thinking, answering, a person who approves a call, tools. From ${metric.phaseTime.name} over ${metric.turns.name}. The phase that grows is where to look.`,
        unit: 's',
        stacked: true,
        traces: slowTurn,
        expr: `${rate(metric.phaseTime, shown, [attribute.phase])} / on () group_left () (${rate(metric.turns, shown)} > 0)`,
        legend: `{{${label(attribute.phase)}}}`,
      }),
      trendPanel({
        title: 'Database queries, p95',
        size: size.half,
        description:
          'The six statements that take most of the time, and the slowest of all as spans, whose dots open traces. From db.client.operation.duration and from the pg spans. When red: locks, a full disk, or a missing index; the trace names the statement.',
        unit: 's',
        traces: slowQuery,
        series: [
          {
            expr: `(${quantile(0.95, queries, ofQueries, ['db_operation_name'])}) and on (db_operation_name) topk(6, sum by (db_operation_name) (increase(${queries}_sum{${ofQueries}}[$__range] @ end())))`,
            legend: '{{db_operation_name}}',
          },
          {
            expr: quantile(0.99, spanMetric.latency, `service="${service.api}", span_name=~"pg.+"`),
            legend: 'all, p99 of the spans',
            exemplars: true,
          },
        ],
      }),

      row('On the way to the provider'),
      trendPanel({
        title: 'Retries and fallbacks',
        description: `A minute: attempts made again before the first chunk, and calls left to another model, by error. From ${metric.retries.name} and ${metric.fallbacks.name}. When 429 grows: the provider's limit is reached; ask for more, or send less.`,
        unit: 'short',
        noValue: 'none found',
        series: [
          {
            expr: ofLargest(3, `60 * ${rate(metric.retries, shown, perError)}`, metric.retries, shown, perError),
            legend: `{{${error}}}`,
          },
          {
            expr: ofLargest(3, `60 * ${rate(metric.fallbacks, shown, perError)}`, metric.fallbacks, shown, perError),
            legend: `{{${error}}}: another model answers`,
          },
        ],
      }),
      trendPanel({
        title: 'Failed calls a minute',
        description: `Model calls that failed, by error: HTTP statuses, timeouts, cuts. From ${metric.inferenceDuration.name}. Calls that somebody stopped, or that reached a limit, are none of them.`,
        unit: 'short',
        noValue: 'none found',
        expr: gainedAMinute(modelCalls, `${shown}, ${error}!=""`, perError),
        legend: `{{${error}}}`,
      }),
      trendPanel({
        title: 'Refused turns a minute',
        description: `Turns refused by our own limits before the provider was called, by reason. From ${metric.rejections.name}. rate: one visitor asks too fast; budget: see LLM cost and tokens.`,
        unit: 'short',
        noValue: 'none refused',
        expr: ofLargest(
          6,
          `60 * ${rate(metric.rejections, selector.environment, [attribute.rejectionReason])}`,
          metric.rejections,
          selector.environment,
          [attribute.rejectionReason],
        ),
        legend: `{{${label(attribute.rejectionReason)}}}`,
      }),

      row('Tools'),
      trendPanel({
        title: 'Tool calls a minute',
        size: size.half,
        description: `By tool, those of MCP servers included. From ${metric.toolDuration.name}. A tool that is called again and again in one turn: the model does not understand its answer.`,
        unit: 'short',
        noValue: 'no tool called',
        expr: mostCalled(`60 * ${rate(toolCalls, selector.environment, [attribute.toolName])}`),
        legend: `{{${toolName}}}`,
      }),
      trendPanel({
        title: 'Failed share of tool calls',
        size: size.half,
        description: `By tool. From ${metric.toolDuration.name}. A failure is an answer to the model, not a crash: the span says what was wrong.`,
        unit: 'percentunit',
        noValue: 'no tool called',
        expr: mostCalled(
          `1 - ${share(
            rate(toolCalls, `${selector.environment}, ${error}=""`, [attribute.toolName]),
            rate(toolCalls, selector.environment, [attribute.toolName]),
          )}`,
        ),
        legend: `{{${toolName}}}`,
      }),
      trendPanel({
        title: 'Tool calls, p95',
        size: size.half,
        description: `By tool. From ${metric.toolDuration.name}. The user waits for it: a slow tool is better given a timeout. A click finds the calls.`,
        unit: 's',
        noValue: 'no tool called',
        traces: tools,
        expr: mostCalled(quantile(0.95, metric.toolDuration, selector.environment, [attribute.toolName])),
        legend: `{{${toolName}}}`,
      }),
      trendPanel({
        title: 'Calls that asked first, by decision',
        size: size.half,
        description: `A minute: calls of tools that are not read-only, and what people said; remembered is what was allowed before for the whole conversation. From ${metric.toolApprovals.name}. Mostly denied: the model calls the tool when nobody wants it, so its description should say when. Expired: nobody saw the question.`,
        unit: 'short',
        noValue: 'nobody was asked',
        stacked: true,
        expr: ofLargest(
          6,
          `60 * ${rate(metric.toolApprovals, selector.environment, decided)}`,
          metric.toolApprovals,
          selector.environment,
          decided,
        ),
        legend: `{{${toolName}}}: {{${decision}}}`,
      }),
    ],
  })
