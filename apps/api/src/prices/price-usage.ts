import type { InferenceUsage } from '@repo/telemetry/model-call'

/** `usage` as a server sends it: nothing in it is checked. */
export type ReportedUsage = Readonly<Record<string, unknown>>

/** Tokens of one call. No model reads or writes as many; what is more cannot be, and is unknown. 50 of them fit a column. */
const MOST_TOKENS = 20_000_000
/** USD for one call. */
const MOST_USD = 1000

/** The names that a count has: of OpenAI, Anthropic and Bedrock, Gemini, llama.cpp, Ollama, Cohere and OpenRouter. */
const names = {
  input: [
    ...['prompt_tokens', 'input_tokens', 'inputTokens', 'promptTokenCount', 'prompt_token_count', 'prompt_n'],
    ...['prompt_eval_count', 'inputTokenCount', 'tokens.input_tokens', 'billed_units.input_tokens'],
    ...['native_tokens_prompt', 'promptTokens', 'num_prompt_tokens', 'input'],
  ],
  output: [
    ...['completion_tokens', 'output_tokens', 'outputTokens', 'candidatesTokenCount', 'candidates_token_count'],
    ...['predicted_n', 'eval_count', 'outputTokenCount', 'tokens.output_tokens', 'billed_units.output_tokens'],
    ...['native_tokens_completion', 'completionTokens', 'num_completion_tokens', 'generated_tokens', 'output'],
  ],
  total: ['total_tokens', 'totalTokens', 'totalTokenCount', 'total_token_count'],
  cacheRead: [
    ...['prompt_tokens_details.cached_tokens', 'input_tokens_details.cached_tokens', 'cached_tokens'],
    ...['prompt_cache_hit_tokens', 'cache_read_input_tokens', 'cacheReadInputTokens', 'cachedContentTokenCount'],
    ...['cached_content_token_count', 'cached_prompt_text_tokens', 'native_tokens_cached'],
  ],
  cacheWrite: [
    ...['prompt_tokens_details.cache_write_tokens', 'prompt_tokens_details.cache_creation_tokens'],
    ...['input_tokens_details.cache_write_tokens', 'cache_creation_input_tokens', 'cacheWriteInputTokens'],
  ],
  reasoning: [
    ...['completion_tokens_details.reasoning_tokens', 'output_tokens_details.reasoning_tokens'],
    ...['output_tokens_details.thinking_tokens', 'reasoning_tokens', 'thoughtsTokenCount', 'thoughts_token_count'],
    'native_tokens_reasoning',
  ],
  /** xAI's and Qwen's names, and of gateways. */
  images: ['prompt_tokens_details.image_tokens', 'input_tokens_details.image_tokens', 'prompt_image_tokens'],
  /** Perplexity's: paid as output, and in no other count. */
  citations: ['citation_tokens'],
  /** Gemini's: read by its tools, beside the prompt. */
  tools: ['toolUsePromptTokenCount', 'tool_use_prompt_token_count'],
  /** llama.cpp's `timings`: of the prompt, beside what it read. */
  cacheBeside: ['cache_n'],
} as const satisfies Record<string, readonly string[]>

/**
 * Token counts with one meaning for all providers: cached ones are part of input, reasoning is part of output. Whether a
 * server counts them beside or within is known from its total, else from the names that it uses, else from what is
 * possible.
 * @param hasContent whether the answer had any: then it had tokens
 * @returns null when the server does not say how many tokens there were, or says what cannot be
 */
export function usageOf(reported: ReportedUsage, hasContent: boolean): InferenceUsage | null {
  const count = (name: keyof typeof names) => countIn(reported, names[name])
  const [input, total] = [count('input'), count('total')]
  // Some tell what there was in all, and how much of it was the prompt.
  const output = count('output') ?? (input !== null && total !== null && total > input ? total - input : null)
  if (input === null || output === null) return null
  const cacheBeside = count('cacheBeside')
  const read = cacheBeside ?? count('cacheRead')
  const write = count('cacheWrite')
  const reasoning = count('reasoning')
  const citations = count('citations') ?? 0
  const images = count('images')

  const cached = (read ?? 0) + (write ?? 0)
  const own = 'input_tokens' in reported || 'inputTokens' in reported
  const anthropic =
    own &&
    ['cache_read_input_tokens', 'cacheReadInputTokens', 'cache_creation_input_tokens'].some((name) => name in reported)
  const outside = (extra: number) => total !== null && total > 0 && isClose(total, input + output + extra)
  const beside =
    cached > 0 &&
    (cacheBeside !== null ||
      cached > input ||
      outside(cached) ||
      (cached !== reasoning && outside(cached + (reasoning ?? 0))) ||
      (anthropic && !outside(0)))
  const inputTokens = input + (beside ? cached : 0) + (count('tools') ?? 0)

  const beyond = (total ?? 0) - inputTokens - output
  let outputTokens = output + citations
  if (citations > 0 || 'num_search_queries' in reported) outputTokens += reasoning ?? 0
  else if (beyond >= 1 && (reasoning === null || isClose(beyond, reasoning))) outputTokens += beyond
  else if (reasoning !== null && reasoning > output) outputTokens += reasoning

  const usage = {
    inputTokens: Math.round(inputTokens),
    outputTokens: Math.round(outputTokens),
    cachedInputTokens: part(read, inputTokens),
    cacheWriteInputTokens: part(write, inputTokens),
    reasoningTokens: part(reasoning ?? (beyond >= 1 && citations === 0 ? beyond : null), outputTokens),
    ...(images !== null && { imageTokens: part(images, inputTokens) }),
  }
  // A prompt has a token at least, and an answer that can be read has one.
  const isPossible =
    usage.inputTokens > 0 &&
    (usage.outputTokens > 0 || !hasContent) &&
    [input, output, total ?? 0, inputTokens, outputTokens].every((tokens) => tokens >= 0 && tokens <= MOST_TOKENS)
  return isPossible ? usage : null
}

/** The numbers of a usage that cannot be, as JSON for an operator; undefined where there are none. */
export function impossible(reported: ReportedUsage): string | undefined {
  const numbers = Object.entries(reported).filter(([, value]) => numberOf(value) !== null)
  return numbers.length === 0 ? undefined : JSON.stringify(Object.fromEntries(numbers.slice(0, 20))).slice(0, 500)
}

/**
 * USD that the provider itself says the call cost; null when it does not say, or says what cannot be. Perplexity has an
 * object, OpenRouter another for those who pay the provider by a key of their own, x.ai counts 1e-10 USD.
 */
export function reportedUsd(reported: ReportedUsage): number | null {
  const own = countIn(reported, ['cost.total_cost', 'cost'])
  const ticks = countIn(reported, ['cost_in_usd_ticks'])
  const upstream = countIn(reported, ['cost_details.upstream_inference_cost'])
  const usd =
    reported.is_byok === true ? (upstream === null ? null : (own ?? 0) + upstream) : (own ?? (ticks && ticks / 1e10))
  return usd !== null && usd >= 0 && usd <= MOST_USD ? usd : null
}

/** The first of the names that has a number. */
function countIn(reported: ReportedUsage, paths: readonly string[]): number | null {
  for (const path of paths) {
    const [outer = '', inner] = path.split('.')
    const found = numberOf(inner === undefined ? reported[outer] : (reported[outer] as ReportedUsage | null)?.[inner])
    if (found !== null) return found
  }
  return null
}

function numberOf(value: unknown): number | null {
  if (typeof value === 'string' && /^\s*-?\d+(\.\d+)?(e[+-]?\d+)?\s*$/i.test(value)) return Number(value)
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

/** Some servers send fractions. */
function isClose(one: number, other: number): boolean {
  return Math.abs(one - other) < 1
}

/** What is more than the whole is no part of it. */
function part(tokens: number | null, whole: number): number | null {
  return tokens === null || tokens < 0 || tokens > whole ? null : Math.round(tokens)
}
