import { attribute, type MetricDefinition, metric, operation } from '@repo/telemetry/catalogue'
import { addCost, addTokens, type Cost, endingOf, label, Sums, type Tokens } from './sums.ts'

export interface TruthSpan {
  readonly traceId: string
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
}

const text = (value: unknown) => (value === undefined || value === null ? null : String(value))
const number = (value: unknown) => (value === undefined || value === null ? null : Number(value))

function tokensOf(attributes: TruthSpan['attributes']): Tokens | null {
  const input = number(attributes[attribute.usageInputTokens])
  const output = number(attributes[attribute.usageOutputTokens])
  if (input === null || output === null) return null
  return {
    input,
    output,
    cached: number(attributes[attribute.usageCacheReadInputTokens]),
    written: number(attributes[attribute.usageCacheWriteInputTokens]),
    reasoning: number(attributes[attribute.usageReasoningOutputTokens]),
  }
}

function costOf(attributes: TruthSpan['attributes']): Cost | null {
  const usd = number(attributes[attribute.cost])
  return usd === null ? null : { usd, source: String(attributes[attribute.costSource]) }
}

/**
 * What the spans of a run say.
 * @returns beside all of it, what is known of single calls although their turn's sum is unknown: messages and rows
 * leave that out
 */
export function sumsOfSpans(spans: Iterable<TruthSpan>): { sums: Sums; partly: Sums } {
  const sums = new Sums()
  const partly = new Sums()
  for (const turn of Map.groupBy(spans, ({ traceId }) => traceId).values()) {
    const calls: { tokens: Tokens | null; cost: Cost | null }[] = []
    for (const { attributes } of turn) {
      const kind = attributes[attribute.operationName]
      if (kind === operation.invokeAgent) {
        const reason = attributes[attribute.errorType] ?? attributes[attribute.incompleteReason]
        sums.add(label.turns(endingOf(attributes[attribute.outcome], reason)))
      } else if (kind === operation.executeTool) {
        sums.add(label.tool(String(attributes[attribute.toolName])))
      } else if (kind === operation.chat) {
        const call = { tokens: tokensOf(attributes), cost: costOf(attributes) }
        calls.push(call)
        sums.add(label.calls)
        sums.add(label.retries, number(attributes[attribute.retryCount]) ?? 0)
        if (call.tokens) addTokens(sums, call.tokens)
        else if (attribute.responseTimeToFirstChunk in attributes) sums.add(label.callsWithoutTokens)
        if (call.cost) addCost(sums, call.cost)
        else if (call.tokens) sums.add(label.callsWithoutPrice)
      }
    }
    if (calls.length === 0 || calls.some(({ tokens }) => !tokens)) {
      sums.add(label.turnsWithoutTokens)
      for (const { tokens } of calls) if (tokens) addTokens(partly, tokens)
    }
    if (calls.length === 0 || calls.some(({ cost }) => !cost)) {
      sums.add(label.turnsWithoutCost)
      for (const { cost } of calls) if (cost) addCost(partly, cost)
    }
  }
  return { sums, partly }
}

/** A counter, or how many values a histogram has recorded. */
export interface Counter {
  /** Tells it from all others, whatever its value. */
  readonly key: string
  readonly name: string
  readonly attributes: Readonly<Record<string, unknown>>
  readonly value: number
}

type Labels = (counter: Counter) => string
const from = (key: string) => (counter: Counter) => text(counter.attributes[key]) ?? ''
const counted: readonly (readonly [MetricDefinition, Labels])[] = [
  [
    metric.turns,
    ({ attributes }) => label.turns(endingOf(attributes[attribute.outcome], attributes[attribute.errorType])),
  ],
  [metric.inputTokens, () => label.input],
  [metric.outputTokens, () => label.output],
  [metric.cacheReadInputTokens, () => label.cached],
  [metric.cacheWriteInputTokens, () => label.written],
  [metric.reasoningOutputTokens, () => label.reasoning],
  [metric.cost, (counter) => label.cost(from(attribute.costSource)(counter))],
  [metric.inferenceDuration, () => label.calls],
  [metric.unmetered, () => label.callsWithoutTokens],
  [metric.unpriced, () => label.callsWithoutPrice],
  [metric.retries, () => label.retries],
  [metric.toolDuration, (counter) => label.tool(from(attribute.toolName)(counter))],
]

/** What has to be read before a run and after it. */
export const countedMetrics = counted.map(([definition]) => definition)

/**
 * What counters say, as differences: exact, where `increase` extrapolates.
 * @throws when one has fallen: its process was restarted, and what it had counted since `before` is lost
 */
export function sumsOfCounters(before: readonly Counter[], after: readonly Counter[]): Sums {
  const sums = new Sums()
  const earlier = new Map(before.map(({ key, value }) => [key, value]))
  const labels = new Map(counted.map(([definition, labelOf]) => [definition.name, labelOf]))
  for (const counter of after) {
    const grown = counter.value - (earlier.get(counter.key) ?? 0)
    if (grown < 0) throw new Error(`${counter.name} has fallen during the run: the API was restarted. Run it again.`)
    const labelOf = labels.get(counter.name)
    if (labelOf && grown > 0) sums.add(labelOf(counter), grown)
  }
  return sums
}
