import { extractUsage, type Provider, type Usage } from '@pydantic/genai-prices'
import type { InferenceUsage } from '@repo/telemetry/inference'
import type OpenAI from 'openai'

/** `usage` as compatible servers send it: OpenAI's, with more on token kinds, and what the call cost. */
export type ReportedUsage = OpenAI.CompletionUsage & {
  prompt_tokens_details?: { cache_write_tokens?: number }
  /** OpenRouter: USD. Perplexity: an object. */
  cost?: number | { total_cost?: number } | null
  /** OpenRouter: the visitor's own key paid the provider, `cost` is OpenRouter's share only. */
  is_byok?: boolean
  cost_details?: { upstream_inference_cost?: number | null }
  /** x.ai: 1e-10 USD. */
  cost_in_usd_ticks?: number
}

/**
 * Token counts with one meaning for all providers: cached ones are part of input, reasoning is part of output. Where
 * genai-prices knows how a provider counts, it decides: x.ai and Perplexity send reasoning beside `completion_tokens`.
 * Gemini counts its thoughts in `total_tokens` only.
 * @returns null when the server does not say how many tokens there were
 */
export function usageOf(reported: ReportedUsage, provider: Provider | undefined): InferenceUsage | null {
  const known = provider ? extracted(reported, provider) : {}
  const input = known.input_tokens ?? reported.prompt_tokens
  const output = known.output_tokens ?? reported.completion_tokens
  if (typeof input !== 'number' || typeof output !== 'number') return null
  const beyond = Math.max(0, (reported.total_tokens ?? 0) - input - output)
  return {
    inputTokens: input,
    outputTokens: output + beyond,
    cachedInputTokens: known.cache_read_tokens ?? reported.prompt_tokens_details?.cached_tokens ?? null,
    cacheWriteInputTokens: known.cache_write_tokens ?? reported.prompt_tokens_details?.cache_write_tokens ?? null,
    reasoningTokens:
      known.output_reasoning_tokens ?? reported.completion_tokens_details?.reasoning_tokens ?? (beyond || null),
  }
}

function extracted(usage: ReportedUsage, { extractors, ...provider }: Provider): Usage {
  const flavors = extractors?.map(({ api_flavor }) => api_flavor) ?? []
  const flavor = ['chat', 'default'].find((name) => flavors.includes(name))
  if (!extractors || !flavor) return {}
  try {
    return extractUsage({ ...provider, extractors }, { usage }, flavor).usage
  } catch {
    return {} // the provider's own API differs from its OpenAI-compatible one
  }
}

/** USD that the provider itself says the call cost; null when it does not say. */
export function reportedUsd({ cost, is_byok, cost_details, cost_in_usd_ticks }: ReportedUsage): number | null {
  const own = typeof cost === 'object' ? cost?.total_cost : cost
  const ticks = cost_in_usd_ticks === undefined ? undefined : cost_in_usd_ticks / 1e10
  const usd = is_byok ? (own ?? 0) + (cost_details?.upstream_inference_cost ?? Number.NaN) : (own ?? ticks)
  return usd !== undefined && usd >= 0 && Number.isFinite(usd) ? usd : null
}
