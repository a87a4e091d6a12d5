import { describe, expect, it } from 'vitest'
import { impossible, type ReportedUsage, reportedUsd, usageOf } from './price-usage.ts'

const count = (usage: object, hasContent = true) => usageOf(usage as ReportedUsage, hasContent)
const unknown = { cachedInputTokens: null, cacheWriteInputTokens: null, reasoningTokens: null }

describe('token counts', () => {
  it('are what OpenAI calls them, on any server; kinds that are not reported are unknown, not 0', () => {
    const usage = {
      prompt_tokens: 1000,
      completion_tokens: 500,
      total_tokens: 1500,
      prompt_tokens_details: { cached_tokens: 800, cache_write_tokens: 100 },
      completion_tokens_details: { reasoning_tokens: 64 },
    }
    const counted = {
      inputTokens: 1000,
      outputTokens: 500,
      cachedInputTokens: 800,
      cacheWriteInputTokens: 100,
      reasoningTokens: 64,
    }
    expect(count(usage)).toEqual(counted)
    expect(count({ prompt_tokens: 10, completion_tokens: 5 })).toEqual({ inputTokens: 10, outputTokens: 5, ...unknown })
    expect(count({ promptTokens: 10, completionTokens: 5 })).toEqual({ inputTokens: 10, outputTokens: 5, ...unknown })
    expect(count({ prompt_tokens: 10, total_tokens: 15 })).toEqual({ inputTokens: 10, outputTokens: 5, ...unknown })
  })

  // Each as the provider's documentation has it: input, output, cached, written, reasoning.
  it.each<[string, object, (number | null)[]]>([
    [
      'OpenAI, reasoning',
      {
        ...{ prompt_tokens: 19, completion_tokens: 10, total_tokens: 29 },
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 6, audio_tokens: 0, accepted_prediction_tokens: 0 },
      },
      [19, 10, 0, null, 6],
    ],
    [
      'Azure, with nulls for what it does not count',
      { prompt_tokens: 8, completion_tokens: 9, total_tokens: 17, prompt_tokens_details: null },
      [8, 9, null, null, null],
    ],
    // platform.claude.com: `input_tokens` are those after the last cache breakpoint.
    [
      'Anthropic, cache beside the input',
      { input_tokens: 21, cache_creation_input_tokens: 188_086, cache_read_input_tokens: 5, output_tokens: 393 },
      [188_112, 393, 5, 188_086, null],
    ],
    [
      'LiteLLM for Anthropic, cache within the prompt',
      {
        ...{ prompt_tokens: 1222, completion_tokens: 12, total_tokens: 1234 },
        prompt_tokens_details: { cached_tokens: 1018, cache_creation_tokens: 200 },
        ...{ cache_read_input_tokens: 1018, cache_creation_input_tokens: 200 },
      },
      [1222, 12, 1018, 200, null],
    ],
    [
      'a proxy for Anthropic, cache beside the prompt and in the total',
      { prompt_tokens: 4, completion_tokens: 12, total_tokens: 1234, cache_read_input_tokens: 1218 },
      [1222, 12, 1218, null, null],
    ],
    [
      'Bedrock',
      { inputTokens: 10, outputTokens: 5, totalTokens: 115, cacheReadInputTokens: 100, cacheWriteInputTokens: 0 },
      [110, 5, 100, 0, null],
    ],
    // Gemini's compatible API tells of thoughts in the total only, its own beside the candidates.
    ['Gemini, compatible', { prompt_tokens: 8, completion_tokens: 9, total_tokens: 417 }, [8, 409, null, null, 400]],
    [
      'Gemini, its own',
      {
        ...{ promptTokenCount: 100, candidatesTokenCount: 20, thoughtsTokenCount: 30, totalTokenCount: 150 },
        cachedContentTokenCount: 64,
      },
      [100, 50, 64, null, 30],
    ],
    [
      'DeepSeek',
      {
        ...{ prompt_tokens: 100, completion_tokens: 60, total_tokens: 160 },
        ...{ prompt_cache_hit_tokens: 64, prompt_cache_miss_tokens: 36 },
        completion_tokens_details: { reasoning_tokens: 40 },
      },
      [100, 60, 64, null, 40],
    ],
    // docs.x.ai: total = prompt + completion + reasoning.
    [
      'x.ai',
      {
        ...{ prompt_tokens: 37, completion_tokens: 530, total_tokens: 800 },
        prompt_tokens_details: { cached_tokens: 8 },
        completion_tokens_details: { reasoning_tokens: 233 },
      },
      [37, 763, 8, null, 233],
    ],
    [
      'reasoning beside, without a total: more than the completion cannot be within it',
      { prompt_tokens: 10, completion_tokens: 5, completion_tokens_details: { reasoning_tokens: 50 } },
      [10, 55, null, null, 50],
    ],
    ['Mistral', { prompt_tokens: 4, total_tokens: 34, completion_tokens: 30 }, [4, 30, null, null, null]],
    [
      'Groq, with times',
      { queue_time: 0.03, prompt_tokens: 18, prompt_time: 0.01, completion_tokens: 556, total_tokens: 574 },
      [18, 556, null, null, null],
    ],
    [
      'Moonshot',
      { prompt_tokens: 19, completion_tokens: 21, total_tokens: 40, cached_tokens: 10 },
      [19, 21, 10, null, null],
    ],
    // docs.perplexity.ai: citations and reasoning of deep research are paid beside the completion.
    [
      'Perplexity, deep research',
      {
        ...{ prompt_tokens: 33, completion_tokens: 7163, total_tokens: 7196, citation_tokens: 20_016 },
        ...{ num_search_queries: 18, reasoning_tokens: 73_997 },
      },
      [33, 101_176, null, null, 73_997],
    ],
    ['Cohere', { billed_units: { input_tokens: 5, output_tokens: 418 } }, [5, 418, null, null, null]],
    ['Ollama, its own', { prompt_eval_count: 26, eval_count: 290 }, [26, 290, null, null, null]],
    [
      'llama.cpp, timings only: what was cached stands beside what was read',
      { cache_n: 236, prompt_n: 1, prompt_ms: 30.9, predicted_n: 35, predicted_ms: 661 },
      [237, 35, 236, null, null],
    ],
    ['vLLM', { prompt_tokens: 12, total_tokens: 20, completion_tokens: 8 }, [12, 8, null, null, null]],
    ['fractions', { prompt_tokens: 2.25, completion_tokens: 37.25, total_tokens: 39.5 }, [2, 37, null, null, null]],
    ['numbers in words', { prompt_tokens: '12', completion_tokens: '7' }, [12, 7, null, null, null]],
    [
      'a part that is more than the whole',
      {
        ...{ prompt_tokens: 100, completion_tokens: 5, total_tokens: 105 },
        prompt_tokens_details: { cached_tokens: -3 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
      [100, 5, null, null, 0],
    ],
  ])('have one meaning: %s', (_, usage, [input, output, cached, written, reasoning]) => {
    expect(count(usage)).toEqual({
      inputTokens: input,
      outputTokens: output,
      cachedInputTokens: cached,
      cacheWriteInputTokens: written,
      reasoningTokens: reasoning,
    })
  })

  it.each<[string, object]>([
    ['an empty shell', {}],
    ['half of one', { prompt_tokens: 3 }],
    ['negative', { prompt_tokens: -1, completion_tokens: 5 }],
    ['more than any model reads', { prompt_tokens: 1e12, completion_tokens: 5 }],
    ['more than any model writes', { prompt_tokens: 10, completion_tokens: 5, total_tokens: 1e12 }],
    ['zeros', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
    ['an answer without tokens', { prompt_tokens: 10, completion_tokens: 0 }],
    ['no numbers', { prompt_tokens: 'many', completion_tokens: null }],
    ['objects', { prompt_tokens: {}, completion_tokens: [] }],
  ])('are unknown when the usage is %s', (_, usage) => expect(count(usage)).toBeNull())

  it('of an answer without a word may be none', () =>
    expect(count({ prompt_tokens: 10, completion_tokens: 0 }, false)).toMatchObject({ outputTokens: 0 }))

  it('that cannot be are told by their numbers, and by nothing else', () => {
    expect(impossible({ prompt_tokens: -1, note: 'secret', completion_tokens: '5' })).toBe(
      '{"prompt_tokens":-1,"completion_tokens":"5"}',
    )
    expect(impossible({})).toBeUndefined()
  })
})

it.each([
  ['OpenRouter', { cost: 0.95, cost_details: { upstream_inference_cost: 0.95 }, is_byok: false }, 0.95],
  ['OpenRouter, nothing', { cost: 0 }, 0],
  // openrouter.ai/docs: with one's own key `cost` is OpenRouter's share, the provider bills the rest.
  ['OpenRouter, own key', { cost: 0.05, cost_details: { upstream_inference_cost: 1 }, is_byok: true }, 1.05],
  ['OpenRouter, own key, half known', { cost: 0.05, is_byok: true }, null],
  ['Perplexity', { cost: { input_tokens_cost: 0.1, total_cost: 0.3 } }, 0.3],
  // docs.x.ai/developers/cost-tracking: 1 USD is 10^10 ticks.
  ['x.ai', { cost_in_usd_ticks: 37_756_000 }, 0.0037756],
  ['nobody', {}, null],
  ['in words', { cost: '0.5' }, 0.5],
  ['nonsense', { cost: -1 }, null],
  ['more than any call costs', { cost: 1e9 }, null],
  ['null', { cost: null }, null],
])('the cost that the provider reports: %s', (_, usage, usd) => {
  expect(reportedUsd(usage as ReportedUsage)).toBe(usd)
})
