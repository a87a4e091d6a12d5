import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../config.ts'
import { PriceTable, readPricesFile } from './price.ts'

const usage = (inputTokens: number, outputTokens: number, cachedInputTokens: number | null = null) => ({
  inputTokens,
  outputTokens,
  cachedInputTokens,
  cacheWriteInputTokens: null,
  reasoningTokens: null,
})
const openai = new PriceTable('https://api.openai.com/v1')
const local = new PriceTable('http://127.0.0.1:11434/v1', {
  mine: { input: 2, cachedInput: 0.5, output: 8 },
  flat: { input: 1, output: 1 },
})

describe('the price of a call', () => {
  it("is the provider's own figure where it gives one, zero included", () => {
    expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 1000), 0.5)).toEqual({ usd: 0.5, source: 'provider', date: null })
    expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 1000), 0)).toEqual({ usd: 0, source: 'provider', date: null })
  })

  it('comes from the table, with cached tokens at their own price', () => {
    // gpt-5: 1.25 USD per million input, 0.125 cached, 10 output.
    const cost = openai.cost('gpt-5', 'gpt-5', usage(1000, 500, 800))
    expect(cost?.source).toBe('table')
    expect(cost?.usd).toBeCloseTo((200 * 1.25 + 800 * 0.125 + 500 * 10) / 1e6, 12)
  })

  it('is looked up by what was asked for, where the answering model is not in the table', () => {
    expect(openai.cost('ft-of-somebody', 'gpt-5', usage(1000, 0))?.usd).toBeCloseTo(1.25 / 1000, 12)
  })

  it("comes from the user's file, with cached tokens at the input price unless it says otherwise", () => {
    expect(local.cost('mine', 'mine', usage(1000, 100, 400))).toEqual({
      usd: (600 * 2 + 400 * 0.5 + 100 * 8) / 1e6,
      source: 'file',
      date: null,
    })
    expect(local.cost('flat', 'flat', usage(1000, 100, 400))).toEqual({ usd: 1100 / 1e6, source: 'file', date: null })
  })

  it('is null, not zero, when price or usage is unknown', () => {
    expect(local.cost('unheard-of', 'unheard-of', usage(1000, 100))).toBeNull()
    expect(openai.cost('gpt-5', 'gpt-5', null)).toBeNull()
  })
})

describe('LLM_PRICES_FILE', () => {
  const write = (text: string) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'prices-')), 'prices.json')
    writeFileSync(file, text)
    return file
  }

  it('is read as USD per million tokens', () => {
    expect(readPricesFile(write('{"m": {"input": 1, "output": 2}}'))).toEqual({ m: { input: 1, output: 2 } })
  })

  it.each([
    ['is missing', '/nonexistent/prices.json'],
    ['is no JSON', write('{')],
    ['has a negative price', write('{"m": {"input": -1, "output": 2}}')],
    ['has a misspelt key', write('{"m": {"input": 1, "output": 2, "cached": 1}}')],
  ])('that %s stops the start with an example', (_, file) => {
    expect(() => readPricesFile(file)).toThrow(ConfigError)
    expect(() => readPricesFile(file)).toThrow(/LLM_PRICES_FILE must name a JSON file such as/)
  })
})
