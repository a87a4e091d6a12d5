import type { InferenceUsage } from '@repo/telemetry/model-call'
import type { Prices } from '../extension-points/prices.ts'

/** What one model call costs at most, in USD. */
export interface WorstCase {
  readonly perPromptByte: number
  /** For each token that a picture is at most. */
  readonly perImageToken: number
  readonly perAnswerToken: number
  /** Of the longest answer. */
  readonly answerTokens: number
  /** That one, with what is paid beside it. */
  readonly answer: number
}

/**
 * USD per million tokens of the mock model (apps/mock-llm; a test keeps both equal): only its answers tell their price,
 * and a reservation is made before there is one.
 */
export const MOCK_PRICES: Record<string, { input: number; output: number }> = {
  'mock-large': { input: 1.25, output: 10 },
  'mock-reasoning': { input: 2, output: 8 },
}
const MOCK_PRICE = { input: 0.25, output: 2 }
/** What the mock's longest answer has, whatever was asked for, and what it pretends to have read before. */
const MOCK_TOKENS = { output: 5000, context: 6400 }

/**
 * GPT-4o mini counts 2,833 and 5,667 tokens where others count 85 and 170
 * (https://platform.openai.com/docs/guides/images-vision#calculating-costs).
 */
const TOKENS_OF_MINI = /gpt-4o-mini/
const MINI_FACTOR = 34

/** Tokens. No model takes a longer one yet, and no price changes beyond. */
const LONGEST_PROMPT = 2_000_000

/**
 * A bound that no tokenizer breaks: a token stands for one byte at least, and an answer ends at its limit. So a prompt
 * is reserved at about four times its price; what is too much comes back when the turn ends. Prices by length count as
 * if every prompt were the longest.
 * @returns null for a model whose price is unknown before the call: nothing can be reserved for it
 */
export function worstCaseOf(
  prices: Pick<Prices, 'cost'>,
  provider: string,
  model: string,
  maxOutputTokens: number,
): WorstCase | null {
  if (provider === 'mock') {
    if (model === 'mock-unpriced') return null
    const { input, output } = MOCK_PRICES[model] ?? MOCK_PRICE
    const answerTokens = Math.max(maxOutputTokens, MOCK_TOKENS.output)
    const answer = (MOCK_TOKENS.context * input + answerTokens * output) / 1e6
    const perPromptByte = input / 1e6
    return { perPromptByte, perImageToken: perPromptByte, perAnswerToken: output / 1e6, answerTokens, answer }
  }
  const dearest = (...usages: Partial<InferenceUsage>[]) =>
    Math.max(...usages.map((usage) => prices.cost(model, model, { ...NONE, ...usage })?.usd ?? Number.NaN))
  const asked = { inputTokens: LONGEST_PROMPT }
  const answered = { ...asked, outputTokens: maxOutputTokens }
  const question = dearest(asked, { ...asked, cacheWriteInputTokens: LONGEST_PROMPT })
  const both = dearest(answered, { ...answered, reasoningTokens: maxOutputTokens })
  if (Number.isNaN(question + both)) return null
  const perPromptByte = question / LONGEST_PROMPT
  const perImageToken = perPromptByte * (TOKENS_OF_MINI.test(model) ? MINI_FACTOR : 1)
  const answer = both - dearest(asked)
  return {
    ...{ perPromptByte, perImageToken, answer },
    perAnswerToken: answer / maxOutputTokens,
    answerTokens: maxOutputTokens,
  }
}

/**
 * What to know of budgets before people run into them, a sentence each.
 *
 * @param budgets in USD, by the variable that sets them; null: not set
 * @param worst what one call of a model costs at most, null where no price is known
 */
export function budgetWarnings(
  budgets: Readonly<Record<string, number | null>>,
  models: readonly string[],
  worst: (model: string) => WorstCase | null,
): string[] {
  const set = Object.entries(budgets).flatMap(([name, usd]) => (usd === null ? [] : [{ name, usd }]))
  if (set.length === 0) return []
  const bounds = models.map((model) => ({ model, usd: worst(model)?.answer }))
  const refused = set.flatMap(({ name, usd: budget }) =>
    bounds.flatMap(({ model, usd = 0 }) =>
      usd > budget
        ? `${name} is ${budget} USD, and one answer of ${model} may cost ${usd.toPrecision(2)}: every question to it will be refused. Raise the budget or lower MAX_OUTPUT_TOKENS.`
        : [],
    ),
  )
  const free = bounds.filter(({ usd }) => usd === undefined).map(({ model }) => model)
  if (free.length === 0) return refused
  const names = free.join(', ')
  return [
    ...refused,
    `no budget holds back ${names}: the price is unknown. Name it in LLM_PRICES_FILE, or do not offer it.`,
  ]
}

const NONE: InferenceUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cachedInputTokens: 0,
  cacheWriteInputTokens: 0,
  reasoningTokens: 0,
}
