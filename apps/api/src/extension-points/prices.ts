import type { Model } from '@repo/contract/model'
import type { CostSource } from '@repo/telemetry/catalogue'
import type { Cost, InferenceUsage } from '@repo/telemetry/model-call'
import type { LlmServer } from '../llm-servers.ts'

/** What calls of one server's models come to. */
export interface Prices {
  /**
   * @param reported `usage` as the server sends it, unchecked
   * @param hasContent whether the answer had any: then it had tokens
   * @returns `impossible`: what it says, where that cannot be
   */
  usage(
    reported: Readonly<Record<string, unknown>>,
    hasContent: boolean,
  ): { usage: InferenceUsage | null; usd: number | null; impossible?: string | undefined }
  /**
   * @param responseModel what the provider says it used
   * @param requestModel tried where nothing knows the other
   * @param reported USD, where the provider says so itself
   * @param serviceTier of the response
   * @returns null when usage or price is unknown: never 0 for "don't know"
   */
  cost(
    responseModel: string,
    requestModel: string,
    usage: InferenceUsage | null,
    reported?: number | null,
    serviceTier?: string | null,
  ): Cost | null
  /** What people see before they choose a model. */
  listing(model: string): Pick<Model, 'price' | 'contextWindow'>
  /** Where the price of a model's calls will come from, as far as is known before the first. */
  source(model: string, provider: string): CostSource | null
}

export type PricesOf = (server: LlmServer) => Prices

/** Stands in for the prices: tokens by OpenAI's names, and no price is known. */
export const noPrices: PricesOf = () => ({
  usage: ({ prompt_tokens: input, completion_tokens: output }) => ({
    usage:
      typeof input === 'number' && typeof output === 'number'
        ? {
            ...{ inputTokens: input, outputTokens: output },
            ...{ cachedInputTokens: null, cacheWriteInputTokens: null, reasoningTokens: null },
          }
        : null,
    usd: null,
  }),
  cost: () => null,
  listing: () => ({ price: null, contextWindow: null }),
  source: () => null,
})
