// `npm run test:providers [name ...]`: one suite through our API against the real servers that are here, or that can be
// had without a key (docs/providers.md). It needs a network the first time, so `npm test` leaves it out.
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { Bench } from './bench.ts'
import { cases } from './cases.ts'
import { Skip, say } from './install.ts'
import { type Server, servers } from './servers.ts'

type Outcome = 'ok' | 'FAIL' | 'skip'
const outcomes = new Map<string, Map<string, Outcome>>()
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !(name in servers))
if (unknown.length > 0) {
  say(`There is no ${unknown.join(', ')}. Servers: ${Object.keys(servers).join('; ')}`)
  process.exit(2)
}
const postgres = await startTemporaryPostgres()
try {
  for (const [name, find] of Object.entries(servers)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    say(`\n${name}`)
    outcomes.set(name, await tried(find))
  }
} finally {
  await postgres.stop()
}
say(`\n${table()}`)
process.exit([...outcomes.values()].some((row) => [...row.values()].includes('FAIL')) ? 1 : 0)

async function tried(find: () => Promise<Server>): Promise<Map<string, Outcome>> {
  const row = new Map<string, Outcome>()
  let server: Server
  try {
    server = await find()
    await server.ready()
  } catch (error) {
    const outcome = error instanceof Skip ? 'skip' : 'FAIL'
    say(`  ${outcome}  ${(error as Error).message}`)
    for (const name of Object.keys(cases)) row.set(name, outcome)
    return row
  }
  say(`  ${server.version}`)
  const bench = new Bench(server, postgres.url)
  try {
    for (const [name, run] of Object.entries(cases)) {
      const reason = server.without?.[name]
      const [outcome, words] = reason ? (['skip', reason] as const) : await outcomeOf(server, () => run(bench))
      say(`  ${outcome.padEnd(5)} ${name.padEnd(16)} ${words}`)
      row.set(name, outcome)
    }
  } finally {
    await bench.end()
    await server.end()
  }
  return row
}

async function outcomeOf(server: Server, run: () => Promise<string>): Promise<readonly [Outcome, string]> {
  try {
    await server.ready() // the case before may have killed it
    return ['ok', await run()]
  } catch (error) {
    return [error instanceof Skip ? 'skip' : 'FAIL', (error as Error).message.replace(/\s+/g, ' ').trim()]
  }
}

function table(): string {
  const names = Object.keys(cases)
  const rows = [...outcomes].map(([server, row]) => [server, ...names.map((name) => row.get(name) ?? '')])
  const lines = [['', ...names], ...rows]
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? []
  return lines.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')).join('\n')
}
