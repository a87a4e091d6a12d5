import { mockModels, normalModels } from '@repo/mock-llm/models'
import { describe, expect, it } from 'vitest'
import { PriceTable } from '../prices/price.ts'
import { budgetWarnings, MOCK_PRICES, worstCaseOf } from './worst-case.ts'

const MAX_OUTPUT = 4096

describe('what is reserved covers every price that a call can have', () => {
  const models: [baseUrl: string, model: string][] = [
    ['https://api.openai.com/v1', 'gpt-5-mini'],
    ['https://api.openai.com/v1', 'o3'],
    ['https://api.anthropic.com/v1/', 'claude-sonnet-4-5'],
    ['https://generativelanguage.googleapis.com/v1beta/openai/', 'gemini-2.5-pro'],
    ['https://openrouter.ai/api/v1', 'openai/gpt-5-mini'],
  ]
  it.each(models)('of %s %s', (baseUrl, model) => {
    const prices = new PriceTable(baseUrl)
    const worst = worstCaseOf(prices, 'some', model, MAX_OUTPUT)
    expect(worst).not.toBeNull()
    for (const inputTokens of [1, 1000, 199_000, 500_000]) {
      for (const cached of [0, inputTokens]) {
        for (const written of [0, inputTokens - cached]) {
          for (const outputTokens of [0, 100, MAX_OUTPUT]) {
            for (const reasoningTokens of [0, outputTokens]) {
              const usage = { inputTokens, outputTokens, reasoningTokens }
              const cost = prices.cost(model, model, {
                ...usage,
                cachedInputTokens: cached,
                cacheWriteInputTokens: written,
              })
              const bound = (worst?.answer ?? 0) + (worst?.perPromptByte ?? 0) * inputTokens
              if (cost) expect(bound * (1 + 1e-9)).toBeGreaterThanOrEqual(cost.usd)
            }
          }
        }
      }
    }
  })

  it('of the mock, whose prices are the ones that it charges', () => {
    for (const model of mockModels) {
      const price = model in normalModels ? normalModels[model as keyof typeof normalModels].price : undefined
      const worst = worstCaseOf(new PriceTable('http://127.0.0.1:1'), 'mock', model, MAX_OUTPUT)
      if (price === null) expect(worst).toBeNull()
      else {
        const { input, output } = price ?? normalModels['mock-standard'].price
        expect(worst?.perPromptByte).toBe(input / 1e6)
        expect(worst?.answer).toBe((6400 * input + 5000 * output) / 1e6)
        if (model in MOCK_PRICES) expect(MOCK_PRICES[model]).toEqual({ input, output })
      }
    }
  })

  it('is nothing for a model without a known price', () => {
    expect(worstCaseOf(new PriceTable('http://127.0.0.1:11434/v1'), 'custom', 'llama3.2', MAX_OUTPUT)).toBeNull()
    expect(worstCaseOf(new PriceTable('https://api.openai.com/v1'), 'openai', 'gpt-99', MAX_OUTPUT)).toBeNull()
  })
})

describe('at start it is told', () => {
  const prices = new PriceTable('https://api.openai.com/v1')
  const worst = (model: string) => worstCaseOf(prices, 'openai', model, MAX_OUTPUT)
  const models = ['gpt-5-mini', 'gpt-5', 'gpt-99']

  it('which budgets refuse every question to a model, and which models no budget holds back', () => {
    expect(budgetWarnings({ DAILY_BUDGET_USD: 0.02, DAILY_BUDGET_USD_PER_VISITOR: null }, models, worst)).toEqual([
      'DAILY_BUDGET_USD is 0.02 USD, and one answer of gpt-5 may cost 0.041: every question to it will be refused. Raise the budget or lower MAX_OUTPUT_TOKENS.',
      'no budget holds back gpt-99: the price is unknown. Name it in LLM_PRICES_FILE, or do not offer it.',
    ])
  })

  it('nothing without a budget, or with one that has room', () => {
    expect(budgetWarnings({ DAILY_BUDGET_USD: null }, models, worst)).toEqual([])
    expect(budgetWarnings({ DAILY_BUDGET_USD: 5 }, models.slice(0, 2), worst)).toEqual([])
  })
})
