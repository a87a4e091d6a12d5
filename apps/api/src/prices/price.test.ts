import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { PriceTable, TABLE } from './price.ts'

const usage = (inputTokens: number, outputTokens: number, more: { cached?: number; written?: number } = {}) => ({
  inputTokens,
  outputTokens,
  cachedInputTokens: more.cached ?? null,
  cacheWriteInputTokens: more.written ?? null,
  reasoningTokens: null as number | null,
})
const openai = new PriceTable('https://api.openai.com/v1')
const anthropic = new PriceTable('https://api.anthropic.com/v1')
const google = new PriceTable('https://generativelanguage.googleapis.com/v1beta/openai')
const deepseek = new PriceTable('https://api.deepseek.com/v1')
const openrouter = new PriceTable('https://openrouter.ai/api/v1')
const local = new PriceTable('http://127.0.0.1:11434/v1')
const at = (time: string) => new Date(time)

describe('the price of a call', () => {
  it("is the provider's own figure where it gives one, zero included", () => {
    expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 1000), 0.5)).toEqual({ usd: 0.5, source: 'provider', date: null })
    expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 1000), 0)).toEqual({ usd: 0, source: 'provider', date: null })
    expect(openai.cost('gpt-5', 'gpt-5', null, 0.5)?.usd, 'without usage, too').toBe(0.5)
  })

  // Prices of genai-prices 0.1.8, USD per million; each provider's page: developers.openai.com/api/docs/pricing,
  // platform.claude.com/docs/en/about-claude/pricing, ai.google.dev/gemini-api/docs/pricing,
  // api-docs.deepseek.com/quick_start/pricing, docs.x.ai/docs/models, console.groq.com pricing.
  it.each([
    // 1.25 input, 0.125 cached, 10 output: cached tokens are part of the input and are not paid twice.
    ['OpenAI, cached', openai, 'gpt-5', usage(1000, 500, { cached: 800 }), 200 * 1.25 + 800 * 0.125 + 500 * 10],
    // Dated ids are the same model.
    ['OpenAI, dated', openai, 'gpt-5-mini-2025-08-07', usage(1000, 100), 1000 * 0.25 + 100 * 2],
    // 2 input, 0.2 cached, 2.5 cache write, 10 output up to 272,000 input tokens; above, double, and output 15.
    [
      'OpenAI, cache write',
      openai,
      'gpt-6-sol',
      usage(10_000, 100, { cached: 4000, written: 5000 }),
      1000 * 2 + 4000 * 0.2 + 5000 * 2.5 + 100 * 10,
    ],
    ['OpenAI, at the tier', openai, 'gpt-6-sol', usage(272_000, 100), 272_000 * 2 + 100 * 10],
    ['OpenAI, above the tier', openai, 'gpt-6-sol', usage(272_001, 100), 272_001 * 4 + 100 * 15],
    // 1 input, 0.1 cached, 1.25 written for five minutes, 5 output.
    [
      'Anthropic, cached and written',
      anthropic,
      'claude-haiku-4-5-20251001',
      usage(10_000, 200, { cached: 6000, written: 3000 }),
      1000 * 1 + 6000 * 0.1 + 3000 * 1.25 + 200 * 5,
    ],
    // 3 and 15; the whole request at 6 and 22.5 above 200,000 input tokens, cached ones (0.6) counted among them.
    [
      'Anthropic, above the tier',
      anthropic,
      'claude-sonnet-4-5',
      usage(250_000, 1000, { cached: 100_000 }),
      150_000 * 6 + 100_000 * 0.6 + 1000 * 22.5,
    ],
    // 1.25, 0.125 cached, 10; above 200,000: 2.5, 0.25, 15.
    ['Google, cached', google, 'gemini-2.5-pro', usage(2000, 300, { cached: 1024 }), 976 * 1.25 + 1024 * 0.125 + 3000],
    ['Google, above the tier', google, 'gemini-2.5-pro', usage(200_001, 10), 200_001 * 2.5 + 10 * 15],
    // x.ai counts 200,000 itself as long: 1.25 and 2.5 below, 2.5 and 5 from there.
    ['x.ai, at the tier', new PriceTable('https://api.x.ai/v1'), 'grok-4.3', usage(200_000, 10), 200_000 * 2.5 + 50],
    // 0.15, 0.075 cached, 0.6.
    [
      'Groq, cached',
      new PriceTable('https://api.groq.com/openai/v1'),
      'openai/gpt-oss-120b',
      usage(1000, 10, { cached: 256 }),
      744 * 0.15 + 256 * 0.075 + 10 * 0.6,
    ],
    // 3 and 15, and 14 per thousand requests.
    [
      'Perplexity, a fee per request',
      new PriceTable('https://api.perplexity.ai'),
      'sonar-pro',
      usage(100, 100),
      100 * 3 + 100 * 15 + 0.014e6,
    ],
  ])('comes from the table: %s', (_, table, model, tokens, millionths) => {
    const cost = table.cost(model, model, tokens)
    expect(cost?.source).toBe('table')
    expect(cost?.usd).toBeCloseTo(millionths / 1e6, 12)
  })

  it('charges reasoning by its own price where a provider has one, else as output, once', () => {
    // Perplexity's deep research at OpenRouter: 2 input, 8 output, 3 reasoning.
    const tokens = { ...usage(100, 1000), reasoningTokens: 600 }
    const model = 'perplexity/sonar-deep-research'
    expect(openrouter.cost(model, model, tokens)?.usd).toBeCloseTo((100 * 2 + 400 * 8 + 600 * 3) / 1e6, 12)
    expect(openai.cost('gpt-5', 'gpt-5', tokens)?.usd).toBeCloseTo((100 * 1.25 + 1000 * 10) / 1e6, 12)
  })

  it('is the price of its time: of the day, and since a date', () => {
    // deepseek-chat: 0.27 and 1.1 from 00:30 to 16:30 UTC, half of that outside.
    const cheap = deepseek.cost('deepseek-chat', '', usage(1000, 100), null, null, at('2026-11-01T18:00:00Z'))
    const dear = deepseek.cost('deepseek-chat', '', usage(1000, 100), null, null, at('2026-11-01T12:00:00Z'))
    expect(cheap?.usd).toBeCloseTo((1000 * 0.135 + 100 * 0.55) / 1e6, 12)
    expect(dear?.usd).toBeCloseTo((1000 * 0.27 + 100 * 1.1) / 1e6, 12)
    // o3 fell from 10 and 40 to 2 and 8 on 2025-06-10.
    const before = openai.cost('o3', 'o3', usage(1000, 100), null, null, at('2025-06-09'))
    const after = openai.cost('o3', 'o3', usage(1000, 100), null, null, at('2026-11-01'))
    expect(before).toEqual({ usd: expect.closeTo(0.014, 12), source: 'table', date: TABLE.date })
    expect(after).toEqual({ usd: expect.closeTo(0.0028, 12), source: 'table', date: '2025-06-10' })
  })

  it('is looked up by what was asked for, where the answering model is not in the table', () => {
    expect(openai.cost('ft-of-somebody', 'gpt-5', usage(1000, 0))?.usd).toBeCloseTo(1.25 / 1000, 12)
  })

  it("is that of the provider in its regions, and of Azure's hosts", () => {
    const hosts = ['eu.api.openai.com', 'us.api.openai.com', 'x.openai.azure.com', 'x.cognitiveservices.azure.com']
    for (const host of hosts) {
      const cost = new PriceTable(`https://${host}/v1`).cost('gpt-5-mini-2025-08-07', 'mine', usage(1000, 100))
      expect(cost?.usd, host).toBeCloseTo((1000 * 0.25 + 100 * 2) / 1e6, 12)
    }
    expect(new PriceTable('https://eu-west-1.api.x.ai/v1').cost('grok-4.3', '', usage(1000, 10))?.source).toBe('table')
  })

  it('is no list price at another service tier than the usual one', () => {
    for (const tier of ['default', 'auto', null, undefined])
      expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 0), null, tier)?.usd).toBeCloseTo(1.25 / 1000, 12)
    for (const tier of ['flex', 'priority', 'batch', 'scale'])
      expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 0), null, tier), tier).toBeNull()
    expect(openai.cost('gpt-5', 'gpt-5', usage(1000, 0), 0.5, 'flex')?.usd, 'the provider knows').toBe(0.5)
  })

  it('is null, not zero, when price or usage is unknown', () => {
    expect(local.cost('unheard-of', 'unheard-of', usage(1000, 100))).toBeNull()
    expect(openai.cost('unheard-of', 'unheard-of', usage(1000, 100))).toBeNull()
    expect(openai.cost('gpt-5', 'gpt-5', null)).toBeNull()
    // In the table without a price, and with half of one.
    expect(new PriceTable('https://api.cerebras.ai/v1').cost('qwen-3-coder-480b', '', usage(1000, 100))).toBeNull()
    expect(openai.cost('text-embedding-3-small', '', usage(1000, 100))).toBeNull()
    expect(openai.cost('gpt-5', '', usage(100, 100, { cached: 200 })), 'more cached than input').toBeNull()
  })
})

describe('what people see of a price', () => {
  it('is per million tokens, with the context window where the table knows it', () => {
    expect(openai.listing('gpt-5')).toEqual({
      price: { input: 1.25, cachedInput: 0.125, output: 10 },
      contextWindow: 400_000,
    })
    expect(google.listing('gemini-2.5-pro'), 'of a prompt of usual length').toEqual({
      price: { input: 1.25, cachedInput: 0.125, output: 10 },
      contextWindow: null,
    })
    expect(local.listing('unheard-of')).toEqual({ price: null, contextWindow: null })
  })
})

it("the table's date is that of the installed version", () => {
  const manifest = new URL('../../node_modules/@pydantic/genai-prices/package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(manifest, 'utf8'))
  expect(version, 'set TABLE to the new version and the day of its release').toBe(TABLE.version)
})
