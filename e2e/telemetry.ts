import { isDeepStrictEqual } from 'node:util'
import { expect } from '@playwright/test'
import { getJson } from '@repo/stores/http'
import { attribute, operation } from '@repo/telemetry/catalogue'
import type { Attributes, LogRecord, MetricPoint, Span } from '@repo/viewer/sink'

export type { LogRecord, Span }

export interface Trace {
  readonly spans: Span[]
  /** Oldest first. */
  readonly logs: LogRecord[]
}

/** What the product promises in development: everything about a turn is there within 10 s. */
const ARRIVAL_MS = 10_000

/** What the viewer holds, read through its API as its own pages do. */
export class Telemetry {
  readonly #url: string

  constructor(viewerUrl: string) {
    this.#url = viewerUrl
  }

  trace(traceId: string): Promise<Trace> {
    return this.#get(`/api/traces/${traceId}`)
  }

  /** Waits for the turn of this trace to end and its request to be complete, i.e. for the spans that end last. */
  async finishedTurn(traceId: string): Promise<Trace> {
    await expect
      .poll(async () => (await this.trace(traceId)).spans.filter(isTurn).length, {
        message: `turn in trace ${traceId}`,
        timeout: ARRIVAL_MS,
      })
      .toBe(1)
    return this.trace(traceId)
  }

  /** The ids of the traces of a conversation's turns. */
  async turnsOf(conversationId: string): Promise<string[]> {
    const { rows } = await this.#get<{ rows: { traceId: string }[] }>(`/api/traces?turns=1&q=${conversationId}`)
    return rows.map(({ traceId }) => traceId)
  }

  /** The newest 300 lines of both services. */
  async logs(): Promise<LogRecord[]> {
    return (await this.#get<{ rows: LogRecord[] }>('/api/logs')).rows
  }

  /** The sum over all series with these attributes: of counters their value, of histograms their count. 0 without any. */
  async metric(name: string, attributes: Attributes): Promise<number> {
    const points = await this.#points(name, attributes)
    return points.reduce((total, point) => total + (point.value ?? point.count ?? 0), 0)
  }

  /** Of a histogram: the sum of what was recorded. */
  async metricSum(name: string, attributes: Attributes): Promise<number> {
    const points = await this.#points(name, attributes)
    return points.reduce((total, point) => total + (point.sum ?? 0), 0)
  }

  async #points(name: string, attributes: Attributes): Promise<MetricPoint[]> {
    const { rows } = await this.#get<{ rows: [string, MetricPoint[]][] }>(`/api/metrics?q=${name}`)
    const points = rows.find(([found]) => found === name)?.[1] ?? []
    return points.filter((point) =>
      Object.entries(attributes).every(([key, value]) => isDeepStrictEqual(point.attributes[key], value)),
    )
  }

  #get<T>(path: string): Promise<T> {
    return getJson<T>(this.#url + path)
  }
}

/** The `invoke_agent` span. */
export const isTurn = ({ attributes }: Span): boolean => attributes[attribute.operationName] === operation.invokeAgent

/** A model call's `chat {model}` span. */
export const isModelCall = ({ attributes }: Span): boolean => attributes[attribute.operationName] === operation.chat

/** @throws when there is none, or more than one */
export function one<T>(items: readonly T[], what: string): T {
  const [first] = items
  if (first === undefined || items.length > 1) throw new Error(`${items.length} instead of one: ${what}`)
  return first
}
