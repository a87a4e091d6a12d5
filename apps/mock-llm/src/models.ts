/** USD per million tokens. */
export interface Price {
  readonly input: number
  readonly cachedInput: number
  readonly output: number
}

const cheap: Price = { input: 0.25, cachedInput: 0.025, output: 2 }

/** Models that answer well. `pace` multiplies every delay of an answer, `price: null` is a price nobody knows. */
export const normalModels = {
  'mock-standard': { price: cheap, pace: 1 },
  'mock-large': { price: { input: 1.25, cachedInput: 0.125, output: 10 }, pace: 1.8 },
  'mock-reasoning': { price: { input: 2, cachedInput: 0.5, output: 8 }, pace: 1.2 },
  'mock-unpriced': { price: null, pace: 1 },
} as const satisfies Record<string, { price: Price | null; pace: number }>

/** What goes wrong, chosen by this model id or by any model with a prompt that contains the id. */
export const faultModels = [
  'mock-slow',
  'mock-cut',
  'mock-stall',
  'mock-429',
  'mock-429-once',
  'mock-500',
  'mock-error',
  'mock-empty',
  'mock-no-usage',
  'mock-length',
  'mock-filter',
  'mock-early-close',
  'mock-tool-error',
  'mock-tools-loop',
] as const

/** Not faults, chosen in the same two ways: exactly 5,000 tokens; and the prompt itself, sent back. */
export const toolModels = ['mock-long', 'mock-echo'] as const

export type NormalModel = keyof typeof normalModels
export type SpecialModel = (typeof faultModels)[number] | (typeof toolModels)[number]

/** Every model id that the mock serves, the default one first. */
export const mockModels: readonly string[] = [...Object.keys(normalModels), ...faultModels, ...toolModels]

/** Token counts as the provider's `usage` object carries them. */
export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly prompt_tokens_details: { readonly cached_tokens: number; readonly image_tokens?: number }
  readonly completion_tokens_details: { readonly reasoning_tokens: number }
}

/**
 * What the mock charges for one answer, in USD, by the list prices above. A fault costs what `mock-standard` costs.
 *
 * @returns `null` for a model without a price.
 */
export function costUsd(model: string, usage: Usage): number | null {
  const price: Price | null = model in normalModels ? normalModels[model as NormalModel].price : cheap
  if (!price) return null
  const cached = usage.prompt_tokens_details.cached_tokens
  const input = (usage.prompt_tokens - cached) * price.input + cached * price.cachedInput
  return (input + usage.completion_tokens * price.output) / 1_000_000
}
