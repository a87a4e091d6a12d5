import { readFileSync } from 'node:fs'
import { calcPrice, findProvider } from '@pydantic/genai-prices'
import type { CostSource } from '@repo/telemetry/catalogue'
import type { Cost, InferenceUsage } from '@repo/telemetry/inference'
import { z } from 'zod'
import { ConfigError } from '../config.ts'

const usdPerMillion = z.number().nonnegative()
const pricesFileSchema = z.record(
  z.string(),
  z.strictObject({
    input: usdPerMillion,
    /** Default: the input price. */
    cachedInput: usdPerMillion.optional(),
    output: usdPerMillion,
  }),
)
type PricesFile = z.infer<typeof pricesFileSchema>

/** They send `usage.cost` with each answer. */
const REPORTING_PROVIDERS = new Set(['openrouter', 'mock'])

/** What model calls cost, in USD. The provider's own figure wins, then the genai-prices table, then the user's file. */
export class PriceTable {
  /** Undefined for servers that the table does not know, such as local ones. */
  readonly #listed: ReturnType<typeof findProvider>
  readonly #file: PricesFile

  constructor(baseUrl: string, file: PricesFile = {}) {
    this.#listed = findProvider({ providerApiUrl: baseUrl })
    this.#file = file
  }

  /**
   * @param responseModel what the provider says it used
   * @param requestModel tried where the table does not know the other
   * @param reported `usage.cost`, which OpenRouter and others send, in USD
   * @returns null when usage or price is unknown: never 0 for "don't know"
   */
  cost(
    responseModel: string,
    requestModel: string,
    usage: InferenceUsage | null,
    reported?: number | null,
  ): Cost | null {
    if (typeof reported === 'number' && Number.isFinite(reported) && reported >= 0)
      return { usd: reported, source: 'provider', date: null }
    if (!usage) return null
    for (const model of new Set([responseModel, requestModel])) {
      const calculated =
        this.#listed &&
        calcPrice(
          {
            input_tokens: usage.inputTokens,
            output_tokens: usage.outputTokens,
            cache_read_tokens: usage.cachedInputTokens ?? 0,
            cache_write_tokens: usage.cacheWriteInputTokens ?? 0,
          },
          model,
          { provider: this.#listed },
        )
      if (calculated) return { usd: calculated.total_price, source: 'table', date: null }
      const own = this.#file[model]
      if (own) {
        const cached = usage.cachedInputTokens ?? 0
        const millionths =
          (usage.inputTokens - cached) * own.input +
          cached * (own.cachedInput ?? own.input) +
          usage.outputTokens * own.output
        return { usd: millionths / 1e6, source: 'file', date: null }
      }
    }
    return null
  }

  /** Where the price of a model's calls will come from, as far as is known before the first. */
  source(model: string, provider: string): CostSource | null {
    if (REPORTING_PROVIDERS.has(provider)) return 'provider'
    const none: InferenceUsage = {
      inputTokens: 0,
      outputTokens: 0,
      cachedInputTokens: 0,
      cacheWriteInputTokens: 0,
      reasoningTokens: 0,
    }
    return this.cost(model, model, none)?.source ?? null
  }
}

/**
 * Reads `LLM_PRICES_FILE`: a JSON object from model id to USD per million tokens, such as
 * `{"my-model": {"input": 0.25, "cachedInput": 0.025, "output": 2}}`.
 * @throws {ConfigError} when it cannot be read or has another shape
 */
export function readPricesFile(path: string | undefined): PricesFile {
  if (!path) return {}
  const expected =
    'a JSON file such as {"my-model": {"input": 0.25, "cachedInput": 0.025, "output": 2}}, in USD per million tokens'
  try {
    return pricesFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new ConfigError(`LLM_PRICES_FILE must name ${expected}: ${reason}`)
  }
}
