import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config-error.ts'
import { PriceTable } from './price.ts'
import { priceProvider, pricesOf, readPricesFile } from './price-file.ts'

const write = (content: unknown) => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'prices-')), 'prices.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}
const usage = {
  inputTokens: 1000,
  outputTokens: 100,
  cachedInputTokens: 400,
  cacheWriteInputTokens: 200,
  reasoningTokens: 60,
}
const at = (baseUrl: string, content: unknown) => new PriceTable(baseUrl, priceProvider(readPricesFile(write(content))))
const table = at('http://127.0.0.1:11434/v1', {
  flat: { input: 1, output: 2 },
  whole: {
    input: 2,
    cachedInput: 0.5,
    cacheWrite: 3,
    output: 8,
    reasoning: 4,
    since: '2026-10-01',
    contextWindow: 32_768,
  },
  long: {
    input: 1,
    cachedInput: 0.1,
    output: 2,
    tiers: [
      { aboveInputTokens: 1000, input: 3, cachedInput: 0.3, output: 6 },
      { aboveInputTokens: 500, input: 2, output: 4 },
    ],
  },
})
const cost = (model: string, more: Partial<typeof usage> = {}) => table.cost(model, model, { ...usage, ...more })

describe('a price from LLM_PRICES_FILE', () => {
  it('has every kind of token at its own price, and says since when it holds', () => {
    expect(cost('whole')).toEqual({
      usd: expect.closeTo((400 * 2 + 400 * 0.5 + 200 * 3 + 40 * 8 + 60 * 4) / 1e6, 12),
      source: 'file',
      date: '2026-10-01',
    })
  })

  it('has kinds that the file leaves out at the price of the whole', () => {
    expect(cost('flat')).toEqual({ usd: expect.closeTo((1000 * 1 + 100 * 2) / 1e6, 12), source: 'file', date: null })
  })

  it('has tiers for whole requests, in any order; what a tier leaves out is at its input price', () => {
    const none = { cachedInputTokens: 0, cacheWriteInputTokens: 0 }
    expect(cost('long', { ...none, inputTokens: 500 })?.usd).toBeCloseTo((500 * 1 + 100 * 2) / 1e6, 12)
    expect(cost('long', { ...none, inputTokens: 501 })?.usd).toBeCloseTo((501 * 2 + 100 * 4) / 1e6, 12)
    expect(cost('long')?.usd).toBeCloseTo((600 * 2 + 400 * 2 + 100 * 4) / 1e6, 12)
    expect(cost('long', { inputTokens: 1001 })?.usd).toBeCloseTo((601 * 3 + 400 * 0.3 + 100 * 6) / 1e6, 12)
  })

  it('wins over the table, which counts where the file says nothing, as for another service tier', () => {
    const openai = at('https://api.openai.com/v1', {
      'gpt-5': { input: 99, output: 99 },
      'gpt-5:flex': { input: 0.625, cachedInput: 0.0625, output: 5 },
    })
    expect(openai.cost('gpt-5', 'gpt-5', usage)?.source).toBe('file')
    expect(openai.cost('gpt-5-2025-08-07', 'gpt-5', usage)?.source, 'also by what was asked for').toBe('file')
    expect(openai.cost('gpt-5-mini', 'gpt-5-mini', usage)?.source).toBe('table')
    const flex = openai.cost('gpt-5', 'gpt-5', usage, null, 'flex')
    expect(flex).toMatchObject({ source: 'file', usd: expect.closeTo((600 * 0.625 + 400 * 0.0625 + 500) / 1e6, 12) })
    expect(openai.cost('gpt-5', 'gpt-5', usage, null, 'priority')).toBeNull()
  })

  it('is told before the first call, with the context window', () => {
    expect(table.listing('whole')).toEqual({
      price: { input: 2, cachedInput: 0.5, output: 8 },
      contextWindow: 32_768,
    })
    expect(table.source('whole', 'custom')).toBe('file')
    expect(table.source('unheard-of', 'custom')).toBeNull()
  })
})

it.each([
  ['is missing', '/nonexistent/prices.json', /no such file/],
  ['is no JSON', write('{'), /JSON/],
  ['has a negative price', write({ m: { input: -1, output: 2 } }), /at m\.input/],
  ['lacks a price', write({ m: { input: 1 } }), /at m\.output/],
  ['has a misspelt key', write({ m: { input: 1, output: 2, cached: 1 } }), /"cached"/],
  ['has a date that is none', write({ m: { input: 1, output: 2, since: 'yesterday' } }), /at m\.since/],
  ['has half a tier', write({ m: { input: 1, output: 2, tiers: [{ input: 2, output: 4 }] } }), /aboveInputTokens/],
])('an LLM_PRICES_FILE that %s stops the start with the place and an example', (_, file, place) => {
  expect(() => readPricesFile(file)).toThrow(ConfigError)
  expect(() => readPricesFile(file)).toThrow(/LLM_PRICES_FILE must name a JSON file such as/)
  expect(() => readPricesFile(file)).toThrow(place)
})

it('a server has the prices of its entry in LLM_PROVIDERS_FILE; the file may name a model with its server', () => {
  const model = (name: string, price?: unknown) => ({ id: name, name, tools: true, images: true, price })
  const price = { input: 1, output: 2 }
  const models = [model('a', price), model('b', price), model('c')]
  const server = {
    name: 'local',
    provider: 'local',
    baseUrl: 'http://127.0.0.1/v1',
    apiKey: undefined,
    headers: {},
    models,
  }
  const dear = { input: 9, output: 9 }
  expect(pricesOf(server, { 'local/b': dear, c: dear, 'other/a': dear })).toMatchObject({ a: price, b: dear, c: dear })
  const wrong = { ...server, models: [model('a', { input: 'much' })] }
  expect(() => pricesOf(wrong, {})).toThrow(/the price of "a" in the entry "local" of LLM_PROVIDERS_FILE .* input/s)
  expect(() => pricesOf(wrong, {})).toThrow(ConfigError)
})
