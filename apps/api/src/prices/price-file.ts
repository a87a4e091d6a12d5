import type { ModelPrice, Provider } from '@pydantic/genai-prices'
import { z } from 'zod'
import { ConfigError } from '../config-error.ts'
import { readJsonFile } from '../json-file.ts'
import type { LlmServer } from '../llm-servers.ts'

const usdPerMillion = z.number().nonnegative()
const rates = {
  input: usdPerMillion,
  /** Default: the input price. */
  cachedInput: usdPerMillion.optional(),
  /** Default: the input price. */
  cacheWrite: usdPerMillion.optional(),
  output: usdPerMillion,
  /** Default: the output price. */
  reasoning: usdPerMillion.optional(),
}
const entrySchema = z.strictObject({
  ...rates,
  /** Whole requests with more input tokens than that are charged by these rates. */
  tiers: z.array(z.strictObject({ ...rates, aboveInputTokens: z.int().nonnegative() })).optional(),
  since: z.iso.date().optional(),
  contextWindow: z.int().positive().optional(),
})
const fileSchema = z.record(z.string().min(1), entrySchema)
type Entry = z.infer<typeof entrySchema>
/** By model. */
export type Prices = Readonly<Record<string, Entry>>

const keys = {
  input: 'input_mtok',
  cachedInput: 'cache_read_mtok',
  cacheWrite: 'cache_write_mtok',
  output: 'output_mtok',
  reasoning: 'output_reasoning_mtok',
} as const satisfies Record<keyof typeof rates, string>
const names = Object.keys(keys) as (keyof typeof keys)[]

/**
 * Reads `LLM_PRICES_FILE`, a JSON object from model id to USD per million tokens:
 * `{"my-model": {"input": 0.25, "cachedInput": 0.025, "output": 2, "since": "2026-10-01"}}`; also `cacheWrite`,
 * `reasoning`, `contextWindow` and `tiers`. Calls at another service tier than the usual are priced by an entry named
 * `{model}:{tier}`, such as `gpt-5:flex`.
 * @throws {ConfigError} when it cannot be read or has another shape
 */
export function readPricesFile(path: string | undefined): Prices {
  return path ? parse(path) : {}
}

/**
 * The prices that a server's own entry of LLM_PROVIDERS_FILE and LLM_PRICES_FILE have for its models; there a model may
 * have the server's name before it, as in `local/llama3.2`.
 * @throws {ConfigError} naming the model whose price has another shape
 */
export function pricesOf({ name, models }: LlmServer, file: Prices): Prices {
  const own = models.flatMap((model) => {
    if (model.price === undefined) return []
    const parsed = entrySchema.safeParse(model.price)
    if (parsed.success) return [[model.name, parsed.data] as const]
    const place = `the price of "${model.name}" in the entry "${name}" of LLM_PROVIDERS_FILE`
    throw new ConfigError(`${place} must be as in LLM_PRICES_FILE: ${z.prettifyError(parsed.error)}`)
  })
  const prefixed = Object.entries(file).flatMap(([id, entry]) =>
    id.startsWith(`${name}/`) ? [[id.slice(name.length + 1), entry] as const] : [],
  )
  return { ...file, ...Object.fromEntries([...own, ...prefixed]) }
}

/** Prices in the form of the genai-prices table, so that both are calculated in one way. */
export function priceProvider(prices: Prices): Provider {
  return {
    id: 'file',
    name: 'LLM_PRICES_FILE',
    api_pattern: '$^',
    models: Object.entries(prices).map(([id, entry]) => ({
      id,
      match: { equals: id },
      ...(entry.contextWindow && { context_window: entry.contextWindow }),
      prices: entry.since
        ? [{ constraint: { type: 'start_date', start_date: entry.since }, prices: modelPrice(entry) }]
        : modelPrice(entry),
    })),
  }
}

function parse(path: string): Record<string, Entry> {
  const expected =
    'a JSON file such as {"my-model": {"input": 0.25, "cachedInput": 0.025, "output": 2, "since": "2026-10-01"}}, ' +
    'in USD per million tokens'
  try {
    return fileSchema.parse(readJsonFile(path))
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new ConfigError(`LLM_PRICES_FILE must name ${expected}: ${reason}`)
  }
}

function modelPrice({ tiers = [], ...base }: Entry): ModelPrice {
  const stated = names.filter((name) => [base, ...tiers].some((rate) => rate[name] !== undefined))
  const rate = (rates: Entry | (typeof tiers)[number], name: (typeof names)[number]) =>
    rates[name] ?? (name === 'reasoning' ? rates.output : rates.input)
  return Object.fromEntries(
    stated.map((name) => [
      keys[name],
      {
        base: rate(base, name),
        tiers: tiers.map((tier) => ({ start: tier.aboveInputTokens, price: rate(tier, name) })),
      },
    ]),
  )
}
