// `npm run test:schema [EXAMPLES] [SEED]`: schemathesis, with every check that it has, against a running API: without a
// login, and with one and administrators. It is installed outside the tree, from PyPI, where there is a Python.
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { Skip, say, schemathesis } from '../providers/install.ts'
import { fuzzSchema } from './schema-fuzz.ts'

// A seed has more digits than a number.
const [, , examples = '100', seed] = process.argv
let failed = false
try {
  const program = await schemathesis()
  for (const login of [false, true]) {
    // A database each: what one has made is not the other's.
    const postgres = await startTemporaryPostgres()
    const { ended, said, requests } = await fuzzSchema(program, postgres.url, {
      login,
      examples: Number(examples),
      seed,
    })
    await postgres.stop()
    say(`\n${login ? 'With login, as an administrator' : 'Without login'}`)
    let all = 0
    for (const [operation, statuses] of [...requests].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const counts = [...statuses].sort().map(([status, count]) => `${status}: ${count}`)
      all += [...statuses.values()].reduce((sum, count) => sum + count, 0)
      say(`  ${operation.padEnd(60)} ${counts.join(', ')}`)
    }
    say(ended === 0 ? `  ${all} requests, 0 findings` : said)
    failed ||= ended !== 0
  }
} catch (error) {
  if (!(error instanceof Skip)) throw error
  say(`skipped: ${error.message}`)
}
process.exit(failed ? 1 : 0)
