import { readFileSync } from 'node:fs'
import { calcPrice } from '@pydantic/genai-prices'
import { parse } from 'yaml'
import { z } from 'zod'
import { DAY, GIB, type Part, type Plan } from './plan.ts'
import { UsageError } from './usage-error.ts'

/** What each process reserves in deploy/kubernetes/base. */
const LEAST_CORES = 0.1

const price = z.number().nonnegative()
const pricesSchema = z.strictObject({
  /** Whose they are, and of which day. */
  source: z.string().min(1),
  date: z.iso.date(),
  core: price,
  memoryGiB: price,
  diskGiB: price,
  objectGiB: price,
  databaseCore: price,
  databaseGiB: price,
  trafficGiB: price,
  /** Per million tokens. */
  llm: z.strictObject({ input: price, output: price }).optional(),
})
/** USD, each for a month of 30 days. */
export type Prices = z.output<typeof pricesSchema>

/**
 * Reads a file of prices, YAML or JSON.
 * @throws {UsageError} naming the file, the place in it and what is wrong there
 */
export function readPrices(file: string): Prices {
  let given: unknown
  try {
    given = parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`--prices: ${file} cannot be read: ${(error as Error).message.split('\n', 1)[0]}`)
  }
  const parsed = pricesSchema.safeParse(given)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue?.path.join('.') || 'its top'
  throw new UsageError(`--prices: ${file}, ${place}: ${issue?.message}. apps/capacity/prices.yaml has its form.`)
}

/**
 * What a model charges for a turn: the file's own price, else that of the table (docs/prices.md), at list price and without
 * anything read from its cache.
 * @returns USD
 * @throws {UsageError} neither knows the model: unknown is not 0
 */
export function turnUsd(model: string, inputTokens: number, outputTokens: number, own: Prices['llm']): number {
  if (own) return (inputTokens * own.input + outputTokens * own.output) / 1e6
  const found = calcPrice({ input_tokens: inputTokens, output_tokens: outputTokens }, model)
  if (found) return found.total_price
  throw new UsageError(
    `--model: no price of "${model}" is known. Put it into the file of --prices: llm: { input: 0.25, output: 2 }, in USD per million tokens.`,
  )
}

export interface BillRow {
  readonly what: string
  readonly amount: number
  readonly unit: string
  /** USD a month. */
  readonly cost: number
}

/** A month of 30 days: what is reserved for the peak, what is kept after the full retention, and the model's tokens. */
export function billOf(plan: Plan, prices: Prices, usdPerTurn: number): BillRow[] {
  const { parts, inputs } = plan
  const { database, ...others } = parts
  const sum = (of: 'memory' | 'disk') => Object.values(others).reduce((total, part) => total + part[of], 0)
  const reserved = (part: Part) => Math.max(part.cores / inputs.utilisation, part.replicas * LEAST_CORES)
  const cores = Object.values(others).reduce((total, part) => total + reserved(part), 0)
  const row = (what: string, amount: number, unit: string, each: number): BillRow => {
    return { what, amount, unit, cost: amount * each }
  }
  const turns = (plan.turns.average * DAY * 30) / 1000
  return [
    row('processors', cores, 'cores', prices.core),
    row('memory', sum('memory'), 'GiB', prices.memoryGiB),
    row('volumes', sum('disk'), 'GiB', prices.diskGiB),
    row('object store', plan.objects / GIB, 'GiB', prices.objectGiB),
    // Each that follows has to be able to take over.
    row('database', reserved(database) * database.replicas, 'cores', prices.databaseCore),
    row('database, kept', database.disk, 'GiB', prices.databaseGiB),
    row('to browsers', plan.browserBytes / GIB, 'GiB', prices.trafficGiB),
    row('model', turns, '1,000 turns', usdPerTurn * 1000),
  ]
}
