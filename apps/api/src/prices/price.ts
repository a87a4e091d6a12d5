import { calcPrice, findProvider, type PriceCalculation, type Provider } from '@pydantic/genai-prices'
import type { Model } from '@repo/contract/model'
import type { CostSource } from '@repo/telemetry/catalogue'
import type { Cost, InferenceUsage } from '@repo/telemetry/model-call'
import type { Config } from '../config.ts'
import type { Prices, PricesOf } from '../extension-points/prices.ts'
import { priceProvider, pricesOf, readPricesFile } from './price-file.ts'
import { impossible, type ReportedUsage, reportedUsd, usageOf } from './price-usage.ts'

/** The day of the bundled table; a test fails when the package is updated and this is not. */
export const TABLE = { version: '0.1.8', date: '2026-09-23' } as const

/** They send what a call cost with each answer. */
const REPORTING_PROVIDERS = new Set(['openrouter', 'perplexity', 'x_ai', 'mock'])

/** What `service_tier` says where list prices hold. Others, such as `flex`, `priority` and `batch`, have their own. */
const USUAL_TIERS: readonly string[] = ['default', 'auto', 'standard', 'on_demand']

const NOTHING: InferenceUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
}

/** What model calls cost, in USD. The provider's own figure wins, then the user's file, then the genai-prices table. */
export class PriceTable implements Prices {
  /** Undefined for servers that the table does not know, such as local ones. */
  readonly #listed: Provider | undefined
  readonly #file: Provider | undefined

  constructor(baseUrl: string, file?: Provider) {
    this.#listed = listedAt(baseUrl)
    this.#file = file
  }

  usage(reported: ReportedUsage, hasContent: boolean) {
    const usage = usageOf(reported, hasContent)
    return { usage, usd: reportedUsd(reported), impossible: usage ? undefined : impossible(reported) }
  }

  /**
   * At list price: with cached, cache-write and reasoning tokens, length tiers and times of the day, as far as the
   * provider charges them apart. Counts that the provider does not split off are charged by the price of the whole.
   * @param responseModel what the provider says it used
   * @param requestModel tried where nothing knows the other
   * @param reported USD, where the provider says so itself
   * @param serviceTier of the response. No list price holds for another tier than the usual one: only the user's file
   * can know it, as `{model}:{tier}`. The chat itself never asks for one.
   * @param now prices change by date and, with some providers, by the time of the day
   * @returns null when usage or price is unknown: never 0 for "don't know"
   */
  cost(
    responseModel: string,
    requestModel: string,
    usage: InferenceUsage | null,
    reported?: number | null,
    serviceTier?: string | null,
    now: Date = new Date(),
  ): Cost | null {
    if (typeof reported === 'number') return { usd: reported, source: 'provider', date: null }
    if (!usage) return null
    const tier = serviceTier && !USUAL_TIERS.includes(serviceTier.toLowerCase()) ? `:${serviceTier}` : ''
    const models = [...new Set([responseModel, requestModel])]
    for (const model of models) {
      const own = calculate(this.#file, model + tier, usage, now)
      if (own) return { usd: own.total_price, source: 'file', date: since(own) }
    }
    for (const model of tier ? [] : models) {
      const listed = calculate(this.#listed, model, usage, now)
      if (listed) return { usd: listed.total_price, source: 'table', date: since(listed) ?? TABLE.date }
    }
    return null
  }

  /** What people see before they choose a model: the price now, of a prompt of usual length. */
  listing(model: string, now: Date = new Date()): Pick<Model, 'price' | 'contextWindow'> {
    const found = calculate(this.#file, model, NOTHING, now) ?? calculate(this.#listed, model, NOTHING, now)
    if (!found) return { price: null, contextWindow: null }
    const usd = (key: string) => {
      const price = found.model_price[key]
      return (typeof price === 'object' ? price.base : price) ?? null
    }
    return {
      price: { input: usd('input_mtok') ?? 0, cachedInput: usd('cache_read_mtok'), output: usd('output_mtok') ?? 0 },
      contextWindow: found.model.context_window ?? null,
    }
  }

  /** Where the price of a model's calls will come from, as far as is known before the first. */
  source(model: string, provider: string): CostSource | null {
    if (REPORTING_PROVIDERS.has(provider)) return 'provider'
    return this.cost(model, model, NOTHING)?.source ?? null
  }
}

/**
 * Gives each server its prices.
 * @throws {ConfigError} for a price that is none
 */
export async function prices(_app: unknown, services: { config: Config; pricesOf: PricesOf }): Promise<void> {
  const { servers, pricesFile } = services.config.llm
  const file = readPricesFile(pricesFile)
  const tables = new Map(
    servers.map((server) => [server.name, new PriceTable(server.baseUrl, priceProvider(pricesOf(server, file)))]),
  )
  services.pricesOf = ({ name }) => tables.get(name) as PriceTable
}

/** The provider at a URL; one of its regions (`eu.api.openai.com`) is that provider, too. */
function listedAt(baseUrl: string): Provider | undefined {
  const { hostname, protocol } = new URL(baseUrl)
  const labels = hostname.split('.')
  const hosts = labels.slice(0, -1).map((_, i) => `${protocol}//${labels.slice(i).join('.')}`)
  for (const providerApiUrl of [baseUrl, ...hosts.slice(1)]) {
    const found = findProvider({ providerApiUrl })
    if (found) return found
  }
  return undefined
}

/** @returns null where the provider, the model or one of its two main prices is unknown, and for impossible usage */
function calculate(
  provider: Provider | undefined,
  model: string,
  usage: InferenceUsage,
  timestamp: Date,
): PriceCalculation | null {
  if (!provider) return null
  try {
    const price = calcPrice(
      {
        input_tokens: usage.inputTokens,
        output_tokens: usage.outputTokens,
        cache_read_tokens: usage.cachedInputTokens ?? 0,
        cache_write_tokens: usage.cacheWriteInputTokens ?? 0,
        output_reasoning_tokens: usage.reasoningTokens ?? 0,
      },
      model,
      { provider, timestamp },
    )
    // The table keeps models without a price, and of some only half of it: they would cost 0.
    const known = price?.model_price.input_mtok !== undefined && price.model_price.output_mtok !== undefined
    return known ? price : null
  } catch {
    return null // more cached tokens than input, and the like
  }
}

/** Since when the price holds, if that is known. */
function since({ model, model_price }: PriceCalculation): string | null {
  if (!Array.isArray(model.prices)) return null
  const constraint = model.prices.find(({ prices }) => prices === model_price)?.constraint
  return constraint?.type === 'start_date' ? constraint.start_date : null
}
