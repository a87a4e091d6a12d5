import type { InferenceUsage } from '@repo/telemetry/model-call'
import type { ProviderReport } from '../provider/provider-event.ts'

/** All model calls of a turn together. What one of them does not know, the turn does not know. */
export function totalOf(calls: readonly ProviderReport[]): ProviderReport {
  const usages = known(calls.map(({ usage }) => usage))
  const costs = known(calls.map(({ cost }) => cost))
  const last = costs?.at(-1)
  const total = (name: keyof InferenceUsage) => sum(known(usages?.map((usage) => usage[name] ?? null) ?? []))
  return {
    responseId: calls.at(-1)?.responseId ?? null,
    // What a person waits for: the first sign of life, be it a tool that is called.
    ttftMs: calls[0]?.ttftMs ?? null,
    usage: usages && {
      inputTokens: total('inputTokens') as number,
      outputTokens: total('outputTokens') as number,
      cachedInputTokens: total('cachedInputTokens'),
      cacheWriteInputTokens: total('cacheWriteInputTokens'),
      reasoningTokens: total('reasoningTokens'),
    },
    cost: costs && last ? { ...last, usd: sum(costs.map(({ usd }) => usd)) as number } : null,
  }
}

/** The values, if there are any and none of them is null. */
function known<T>(values: readonly (T | null)[]): T[] | null {
  return values.length > 0 && values.every((value) => value !== null) ? (values as T[]) : null
}

function sum(values: readonly number[] | null): number | null {
  return values?.reduce((total, value) => total + value, 0) ?? null
}
