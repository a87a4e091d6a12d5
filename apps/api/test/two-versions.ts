// `npm run test:update [COMMIT]`: two versions of the API on one database, as while an update goes on: this tree, and the
// commit before the newest migration (or the one that is named). What each of them must do beside the other is a line.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { startMock } from '@repo/mock-llm/mock'
import pg from 'pg'
import { ChatClient, textOf } from './chat-client.ts'
import { say } from './providers/install.ts'

const root = path.join(import.meta.dirname, '../../..')
const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()

function earlierCommit(): string {
  const asked = process.argv[2]
  if (asked) return git('rev-parse', '--verify', `${asked}^{commit}`)
  const newest = git('log', '-1', '--format=%H', '--', 'apps/api/drizzle')
  return git('rev-parse', '--verify', `${newest}^`)
}

/** The API of another commit, with the packages of its own lockfile. */
async function checkOut(commit: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'earlier-'))
  const archive = spawn('git', ['archive', commit], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] })
  const unpacked = spawn('tar', ['-x', '-C', folder], { stdio: [archive.stdout, 'inherit', 'inherit'] })
  const code = await new Promise((ended) => unpacked.on('close', ended))
  if (code !== 0) throw new Error(`${commit} could not be unpacked`)
  const install = ['install', '--frozen-lockfile', '--prefer-offline', '--prod', '--filter', '@repo/api...']
  execFileSync('pnpm', install, {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: 'true' },
  })
  return path.join(folder, 'apps/api')
}

let failed = 0
async function line(what: string, check: () => Promise<unknown>): Promise<void> {
  const problem = await check().then(
    (holds) => (holds === false ? 'no' : ''),
    (error: Error) => error.message.split('\n')[0],
  )
  if (problem) failed++
  say(`${problem ? 'FAIL' : 'pass'}  ${what}${problem ? `: ${problem}` : ''}`)
}

const commit = earlierCommit()
say(`Earlier: ${git('log', '-1', '--format=%h %s', commit)}`)
const folder = await checkOut(commit)
const postgres = await startTemporaryPostgres()
const mock = await startMock({ pace: 0.5 })
const pool = new pg.Pool({ connectionString: postgres.url, max: 2 })
const env = {
  DATABASE_URL: postgres.url,
  OPENAI_BASE_URL: mock.url,
  SESSION_SECRET: 'of both versions, as in a rolling update',
  RATE_LIMIT_PER_MINUTE: '1000',
  DAILY_BUDGET_USD: '50',
  DAILY_BUDGET_USD_PER_VISITOR: '5',
  OTEL_SDK_DISABLED: 'true',
}
const earlier = (): Promise<ApiProcess> => startApi(env, folder)
const migrations = async () =>
  Number((await pool.query('select count(*) from drizzle.__drizzle_migrations')).rows[0].count)

/** The same person at the other process. */
function at(api: ApiProcess, client: ChatClient): ChatClient {
  return Object.assign(new ChatClient(api.url), { cookie: client.cookie })
}
const lastText = async (client: ChatClient, id: string) => textOf(await client.lastMessage(id))
async function turnsOf(client: ChatClient): Promise<number> {
  const { today } = (await (await client.fetch('/api/usage')).json()) as { today: { turns: number }[] }
  return today.reduce((sum, { turns }) => sum + turns, 0)
}

let before = await earlier()
const onEarlier = new ChatClient(before.url)
const first = await onEarlier.ask('Hello')
const had = await migrations()
const across = await onEarlier.begin('Hello', { model: 'mock-long' })
await across.untilText()
const now = await startApi(env)
const onNow = at(now, onEarlier)

await line(
  `the new one starts beside the earlier one, which answers meanwhile, and migrates (${had} to ${await migrations()})`,
  async () => (await across.end()).metadata.outcome === 'finished',
)
await line('the earlier one goes on after the migration: asks, answers, lists', async () => {
  const answer = await onEarlier.ask('What is a trace?', { conversationId: first.conversationId })
  const listed = await onEarlier.fetch('/api/conversations')
  return answer.metadata.outcome === 'finished' && listed.ok
})
await line('the new one reads what the earlier one wrote, and goes on with it', async () => {
  const same = (await lastText(onNow, first.conversationId)) === (await lastText(onEarlier, first.conversationId))
  return same && (await onNow.ask('Hello', { conversationId: first.conversationId })).metadata.outcome === 'finished'
})
await line('the earlier one reads what the new one wrote, and goes on with it', async () => {
  const { conversationId } = await onNow.ask('What is a trace?')
  const same = (await lastText(onNow, conversationId)) === (await lastText(onEarlier, conversationId))
  return same && (await onEarlier.ask('Hello', { conversationId })).metadata.outcome === 'finished'
})
for (const [name, holder, other] of [
  ['the earlier one', onEarlier, onNow],
  ['the new one', onNow, onEarlier],
] as const) {
  await line(`Stop at the other ends an answer of ${name}`, async () => {
    const running = await holder.begin('Hello', { model: 'mock-long' })
    await running.untilText()
    await other.fetch(`/api/conversations/${running.conversationId}/stop`, { method: 'POST' })
    return (await running.end()).metadata.outcome === 'stopped'
  })
  await line(`a reader joins at the other an answer that ${name} gives`, async () => {
    const running = await holder.begin('Hello', { model: 'mock-long' })
    await running.untilText()
    const joined = await other.rejoin(running.conversationId)
    const [one, two] = await Promise.all([running.end(), joined?.end()])
    return one.text === two?.text
  })
}
await line('both count the same turns', async () => (await turnsOf(onNow)) === (await turnsOf(onEarlier)))
await line('an earlier one that is started again beside the new schema works', async () => {
  await before.stop()
  before = await earlier()
  return (
    (await at(before, onEarlier).ask('Hello', { conversationId: first.conversationId })).metadata.outcome === 'finished'
  )
})
await line(
  'an answer whose earlier process is killed is closed by the new one, and what was held for it is given back',
  async () => {
    const client = at(before, onEarlier)
    const running = await client.begin('Hello', { model: 'mock-long' })
    await running.untilText()
    await running.until((chunk) => chunk.type === 'text-delta')
    await before.stop('SIGKILL')
    await running.end().catch(() => {})
    const until = Date.now() + 60_000
    for (;;) {
      const { outcome } = (await onNow.lastMessage(running.conversationId)).metadata ?? {}
      const { rows } = await pool.query('select count(*)::int as held from reservation')
      if (outcome === 'disconnected' && rows[0].held === 0) return true
      if (Date.now() > until) throw new Error(`it is ${outcome}, ${rows[0].held} reservations are held`)
      await new Promise((wait) => setTimeout(wait, 500))
    }
  },
)
await line('the new one is alone, and works', async () => (await onNow.ask('Hello')).metadata.outcome === 'finished')

await now.stop()
await pool.end()
await mock.stop()
await postgres.stop()
rmSync(path.join(folder, '../..'), { recursive: true, force: true })
say(failed === 0 ? 'Both versions work on one database.' : `${failed} failed.`)
process.exit(failed === 0 ? 0 : 1)
