import { mockModels } from '@repo/mock-llm/models'
import { describe, expect, it } from 'vitest'
import { failure, required } from '../test/config-failure.ts'
import { parseConfig } from './config.ts'
import { MOCK_MODELS, providerName } from './llm-servers.ts'

describe('the provider', () => {
  it('is the mock without a key and without a base URL', () => {
    expect(parseConfig(required).llm).toMatchObject({
      servers: [{ baseUrl: 'http://127.0.0.1:4010/api/v1', provider: 'mock' }],
      defaultModel: 'mock-standard',
      models: MOCK_MODELS,
    })
  })

  it('is OpenAI with a key', () => {
    expect(parseConfig({ ...required, OPENAI_API_KEY: 'sk-test' }).llm).toMatchObject({
      servers: [{ baseUrl: 'https://api.openai.com/v1', provider: 'openai' }],
      models: ['gpt-5-mini'],
    })
  })

  it('is what the base URL says, with or without a key', () => {
    const llm = parseConfig({ ...required, OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1', LLM_MODEL: 'llama3.2' }).llm
    expect(llm).toMatchObject({
      servers: [{ baseUrl: 'http://127.0.0.1:11434/v1', provider: 'custom' }],
      models: ['llama3.2'],
    })
  })

  it('needs a model where none is built in', () => {
    expect(failure({ OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' })).toMatch(
      /^LLM_MODEL is not set.*LLM_MODEL=llama3\.2/,
    )
  })

  it('has the names of the GenAI conventions', () => {
    expect(providerName('https://my.openai.azure.com/openai/v1/')).toBe('azure.ai.openai')
    expect(providerName('https://api.groq.com/openai/v1')).toBe('groq')
    expect(providerName('https://notapi.openai.com.example/v1')).toBe('custom')
    expect(providerName('http://mock-llm:4010/api/v1')).toBe('mock')
    expect(providerName('http://127.0.0.1:45678/api/v1')).toBe('mock')
    expect(providerName('http://127.0.0.1:11434/v1')).toBe('custom')
  })
})

describe('models', () => {
  it('of the mock are all offered', () => expect([...MOCK_MODELS].sort()).toEqual([...mockModels].sort()))

  it('begin with the default and have no repeats', () => {
    const { llm } = parseConfig({ ...required, OPENAI_API_KEY: 'sk-test', LLM_MODEL: 'b', LLM_MODELS: 'a, b,,c' })
    expect(llm.models).toEqual(['b', 'a', 'c'])
  })
})

it('models to fall back to need not be offered, and have to be somewhere', () => {
  const { llm } = parseConfig({ ...required, OPENAI_API_KEY: 'sk-test', LLM_FALLBACK_MODELS: 'gpt-5-nano, gpt-5-mini' })
  expect(llm).toMatchObject({ models: ['gpt-5-mini'], fallbackModels: ['gpt-5-nano', 'gpt-5-mini'] })
})

describe('limits', () => {
  it('are a rate, and no budgets unless they are set', () => {
    expect(parseConfig(required).limits).toEqual({ perMinute: 20, dailyUsd: null, dailyUsdPerVisitor: null })
    const set = { ...required, RATE_LIMIT_PER_MINUTE: '5', DAILY_BUDGET_USD: '2.5', DAILY_BUDGET_USD_PER_VISITOR: '.1' }
    expect(parseConfig(set).limits).toEqual({ perMinute: 5, dailyUsd: 2.5, dailyUsdPerVisitor: 0.1 })
  })

  it.each(['0', '-1', 'five', 'Infinity'])('of %s are refused', (value) => {
    expect(failure({ DAILY_BUDGET_USD: value })).toContain('DAILY_BUDGET_USD=5')
    expect(failure({ RATE_LIMIT_PER_MINUTE: value })).toContain('RATE_LIMIT_PER_MINUTE=20')
  })
})

it('a relative file is looked for where the command was given', () => {
  const files = { ...required, LLM_PRICES_FILE: 'prices.json', MCP_SERVERS_FILE: '/etc/mcp.json' }
  const { llm, tools } = parseConfig({ ...files, INIT_CWD: '/home/me/chat' })
  expect(llm.pricesFile).toBe('/home/me/chat/prices.json')
  expect(tools.mcpServersFile).toBe('/etc/mcp.json')
  expect(parseConfig(files).llm.pricesFile).toBe(`${process.cwd()}/prices.json`)
})

describe('a value that cannot work stops the start with a sentence', () => {
  it('that names the variable, its shape and an example', () => {
    expect(failure({ DATABASE_URL: undefined })).toMatch(
      /^DATABASE_URL is not set; it must be a PostgreSQL URL, e.g. DATABASE_URL=postgresql:\/\/user:password@127.0.0.1:5432\/chat;/,
    )
    expect(failure({ PORT: 'eighty' })).toBe('PORT must be a port number from 0 to 65535, e.g. PORT=8000')
    expect(failure({ LLM_MAX_RETRIES: '11' })).toContain('LLM_MAX_RETRIES')
  })

  it('for every variable at once', () => {
    expect(failure({ PORT: '-1', LOG_LEVEL: 'loud' }).split('\n')).toHaveLength(2)
  })

  it.each(['pass/word', 'pass#word', 'pass?word'])('that tells how to write the password %s', (password) => {
    const sentence = failure({ DATABASE_URL: `postgresql://chat:${password}@127.0.0.1:5432/chat` })
    expect(sentence).toContain('%2F')
    expect(sentence).not.toContain(password)
    const encoded = `postgresql://chat:${encodeURIComponent(password)}@127.0.0.1:5432/chat`
    expect(parseConfig({ DATABASE_URL: encoded }).databaseUrl).toBe(encoded)
  })

  it('and never with the value, which may be a secret', () => {
    expect(failure({ SESSION_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db' })).not.toContain('hunter2')
  })

  it('a session secret is required in production', () => {
    expect(failure({ NODE_ENV: 'production' })).toContain('SESSION_SECRET')
  })

  it('but an empty value counts as unset', () => {
    expect(parseConfig({ ...required, PORT: '', OPENAI_API_KEY: '' })).toMatchObject({
      port: 8000,
      llm: { servers: [{ provider: 'mock' }] },
    })
  })
})
