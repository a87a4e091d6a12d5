import { existsSync } from 'node:fs'
import path from 'node:path'
import { root } from '@repo/local-stack/run'
import { addresses } from '@repo/stores/addresses'
import { get, getJson } from '@repo/stores/http'
import pg from 'pg'
import { promtool } from '../08-silent-alert/promtool.ts'
import { compose } from './collector.ts'
import { placeHere, reach } from './place.ts'

interface Question {
  readonly name: string
  /** What is well, in a few words. @throws what is not */
  readonly ask: () => Promise<string>
  readonly hint: string
}

const answers = (what: string, url: string, hint: string): Question => ({
  name: what,
  ask: async () => {
    await get(url)
    return new URL(url).origin
  },
  hint,
})

const everywhere: Question[] = [
  answers('chat', `${addresses.web}/api/models`, 'Does the web app run? Its port is WEB_PORT.'),
  {
    name: 'faults',
    ask: async () => {
      const fault = await getJson<{ until: number } | null>(new URL('/workshop/fault', reach.mock).href)
      return fault && fault.until > Date.now() ? 'one is on: npm run workshop reset' : 'none is on'
    },
    hint: 'The mock model does not take faults: docker compose up -d --build mock-llm; with a real provider there is none.',
  },
]

const ofStack: Question[] = [
  {
    name: 'docker compose',
    ask: async () => {
      const version = (await compose(['version', '--short'])).trim()
      const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
      if (major < 2 || (major === 2 && minor < 24)) throw new Error(`${version} is too old`)
      return version
    },
    hint: 'Exercises 9 and 10 need docker compose 2.24.4 or newer.',
  },
  answers('Grafana', `${addresses.grafana}/api/health`, 'docker compose up -d --wait; its port is GRAFANA_PORT.'),
  {
    name: 'traffic',
    ask: async () => {
      const found = await placeHere()
      const { turns = 0 } = (await found?.evidence.figures(Date.now() - 120_000, Date.now())) ?? {}
      if (turns < 1) throw new Error('no turn was counted in the last two minutes')
      return `${Math.round(turns)} turns in the last two minutes`
    },
    hint: 'docker compose up -d traffic, wait a minute; then npm run doctor says which hop does not work.',
  },
  {
    name: 'database',
    ask: async () => {
      const client = new pg.Client(reach.database)
      await client.connect()
      await client.end()
      return new URL(reach.database).host
    },
    hint: 'Exercise 2 needs it: POSTGRES_PORT and POSTGRES_PASSWORD as in .env.',
  },
  {
    name: 'rules',
    ask: async () => {
      if (!existsSync(path.join(root, 'mimir/rules/anonymous'))) throw new Error('there is no such folder')
      return promtool ? 'promtool will try them' : 'without promtool: Mimir alone decides'
    },
    hint: 'Exercise 8 needs mimir/rules/anonymous of this folder to be what Mimir reads.',
  },
]

/** Asks all that the exercises need. @returns the exit code */
export async function ready(say: (line: string) => void): Promise<number> {
  const found = await placeHere()
  const questions = found?.place === 'viewer' ? everywhere : [...ofStack, ...everywhere]
  say(
    found?.place === 'viewer'
      ? 'The demo runs: exercises 1, 3, 4, 5 and 7.\n'
      : found
        ? 'The stack runs: all exercises.\n'
        : 'Nothing runs: docker compose up -d --wait, or npm run demo.\n',
  )
  let failed = found ? 0 : 1
  for (const { name, ask, hint } of questions) {
    try {
      say(`ok    ${name.padEnd(16)}${await ask()}`)
    } catch (error) {
      failed++
      say(`FAIL  ${name.padEnd(16)}${(error as Error).message.split('\n')[0]}\n                      ${hint}`)
    }
  }
  say(failed === 0 ? '\nReady.' : '\nNot ready yet.')
  return failed === 0 ? 0 : 1
}
