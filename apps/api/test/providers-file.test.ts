import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../src/config.ts'
import { failure, required } from './config-failure.ts'

describe('several servers', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'providers-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const file = (content: unknown) => {
    const name = path.join(folder, 'providers.json')
    writeFileSync(name, typeof content === 'string' ? content : JSON.stringify(content))
    return { LLM_PROVIDERS_FILE: name }
  }
  const local = { name: 'local', baseUrl: 'http://127.0.0.1:11434/v1', models: ['llama3.2', 'both'] }
  const openai = {
    name: 'big',
    baseUrl: 'https://api.openai.com/v1',
    apiKeyEnv: 'BIG_KEY',
    headers: { 'X-Team': `\${TEAM}-a` },
    tools: false,
    models: ['both', { id: 'gpt-5', tools: true, contextWindow: 400000, price: { input: 1, output: 2 } }],
  }
  const secrets = { BIG_KEY: 'sk-big', TEAM: 't' }

  it('are in a file: models have their own names, and that of their server before it where two have one', () => {
    const { llm } = parseConfig({ ...required, ...secrets, ...file({ providers: [local, openai] }) })
    expect(llm.models).toEqual(['llama3.2', 'local/both', 'big/both', 'gpt-5'])
    expect(llm.defaultModel).toBe('llama3.2')
    expect(llm.servers).toMatchObject([
      {
        name: 'local',
        provider: 'local',
        apiKey: undefined,
        models: [{ name: 'llama3.2', tools: true }, { name: 'both' }],
      },
      {
        name: 'big',
        provider: 'openai',
        apiKey: 'sk-big',
        headers: { 'X-Team': 't-a' },
        models: [
          { id: 'big/both', name: 'both', tools: false },
          { id: 'gpt-5', tools: true, contextWindow: 400000 },
        ],
      },
    ])
  })

  it('join that of the environment, whose key and headers go to nobody else', () => {
    const environment = { ...required, OPENAI_API_KEY: 'sk-test', OPENAI_CUSTOM_HEADERS: 'X-Gateway: s3cret' }
    const { llm } = parseConfig({
      ...environment,
      LLM_FALLBACK_MODELS: 'local/llama3.2',
      ...file({ providers: [local] }),
    })
    expect(llm.models).toEqual(['gpt-5-mini', 'llama3.2', 'both'])
    expect(llm.fallbackModels).toEqual(['llama3.2'])
    expect(llm.servers[1]).toMatchObject({
      apiKey: undefined,
      headers: { 'x-gateway': null, 'openai-organization': null, 'openai-project': null },
    })
  })

  it('that use the key of the environment do not make a server of it', () => {
    const own = { ...openai, apiKeyEnv: 'OPENAI_API_KEY', headers: {} }
    const { llm } = parseConfig({ ...required, OPENAI_API_KEY: 'sk-test', ...file({ providers: [own] }) })
    expect(llm.servers.map(({ name }) => name)).toEqual(['big'])
  })

  it('are chosen from by LLM_MODEL and LLM_MODELS', () => {
    const given = file({ providers: [local] })
    const { llm } = parseConfig({ ...required, ...given, LLM_MODEL: 'local/both', LLM_MODELS: 'both' })
    expect(llm.models).toEqual(['both'])
    expect(failure({ ...given, LLM_MODELS: 'gone' })).toBe(
      'LLM_MODELS names "gone", which no server has; there are llama3.2, both',
    )
  })

  it.each<[string, unknown, RegExp]>([
    [
      'is no JSON',
      '{"providers": [{"secret',
      /^LLM_PROVIDERS_FILE must name a JSON file such as .*: it is not valid JSON$/,
    ],
    ['has no providers', {}, /providers/],
    ['has a model server without an address', { providers: [{ name: 'a', models: ['b'] }] }, /providers\[0\]\.baseUrl/],
    ['has a field that is not known', { providers: [{ ...local, apiKey: 'secret' }] }, /apiKey/],
    ['has two of one name', { providers: [local, local] }, /two entries named "local"/],
    [
      'needs a variable that is not set',
      { providers: [openai] },
      /the entry "big" of LLM_PROVIDERS_FILE needs the variable BIG_KEY/,
    ],
  ])('a file that %s stops the start with a sentence', (_, content, message) => {
    expect(failure(file(content))).toMatch(message)
    expect(failure(file(content))).not.toContain('secret')
  })
})
