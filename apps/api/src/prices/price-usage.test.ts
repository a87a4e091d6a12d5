import { findProvider } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { type ReportedUsage, reportedUsd, usageOf } from './price-usage.ts'

const count = (usage: object, providerApiUrl = 'http://127.0.0.1:11434/v1') =>
  usageOf(usage as ReportedUsage, findProvider({ providerApiUrl }))
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
    for (const url of [undefined, 'https://api.openai.com/v1', 'https://openrouter.ai/api/v1'])
      expect(count(usage, url)).toEqual(counted)
    const bare = { prompt_tokens: 10, completion_tokens: 5 }
    for (const url of [undefined, 'https://api.openai.com/v1', 'https://api.cohere.com/compatibility/v1'])
      expect(count(bare, url)).toEqual({ inputTokens: 10, outputTokens: 5, ...unknown })
  })

  it('have reasoning within output where the provider sends it beside', () => {
    // docs.x.ai: total = prompt + completion + reasoning.
    const xai = {
      prompt_tokens: 37,
      completion_tokens: 530,
      total_tokens: 800,
      prompt_tokens_details: { cached_tokens: 8 },
      completion_tokens_details: { reasoning_tokens: 233 },
    }
    expect(count(xai, 'https://api.x.ai/v1')).toMatchObject({ outputTokens: 763, reasoningTokens: 233 })
    expect(count(xai), 'through a proxy, too').toMatchObject({ outputTokens: 763, reasoningTokens: 233 })
    // Gemini's compatible API tells of thoughts in the total only.
    const gemini = { prompt_tokens: 8, completion_tokens: 9, total_tokens: 417 }
    const google = 'https://generativelanguage.googleapis.com/v1beta/openai'
    expect(count(gemini, google)).toMatchObject({ inputTokens: 8, outputTokens: 409, reasoningTokens: 400 })
  })

  it('are unknown when the usage is an empty shell', () => {
    expect(count({})).toBeNull()
    expect(count({ prompt_tokens: 3 }, 'https://api.openai.com/v1')).toBeNull()
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
  ['nonsense', { cost: -1 }, null],
  ['null', { cost: null }, null],
])('the cost that the provider reports: %s', (_, usage, usd) => {
  expect(reportedUsd(usage as ReportedUsage)).toBe(usd)
})
