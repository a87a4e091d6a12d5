import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startApi } from '@repo/local-stack/api-process'
import { startTestIssuer } from '@repo/local-stack/test-issuer'
import { startMock } from '@repo/mock-llm/mock'
import { LoginClient, PUBLIC_URL } from '../login-client.ts'

export interface Fuzzed {
  readonly ended: number | null
  /** What schemathesis wrote. */
  readonly said: string
  /** Requests by operation and status. */
  readonly requests: ReadonlyMap<string, ReadonlyMap<string, number>>
}

/**
 * Which bytes are a picture, no schema says: for this operation alone, a body that the schema takes may be refused with 422.
 * And a conversation that was deleted is there again once it was restored, by a request that the check does not know.
 */
const CONFIGURATION = `
[[operations]]
include-path = "/api/attachments"
[operations.checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "422", "429", "5xx"]

[[operations]]
include-path-regex = "^/api/conversations"
[operations.checks.use_after_free]
enabled = false
`

/**
 * Sends what the API's document allows, and what it does not, and compares what comes back with it.
 *
 * @param program schemathesis
 * @param login people log in, and the one who asks is an administrator: every route that there is
 * @param examples for each operation and phase, at most
 */
export async function fuzzSchema(
  program: string,
  databaseUrl: string,
  { login, examples, seed }: { login: boolean; examples: number; seed?: string | undefined },
): Promise<Fuzzed> {
  const mock = await startMock({ pace: 0 })
  const issuer = await startTestIssuer(PUBLIC_URL)
  const api = await startApi({
    DATABASE_URL: databaseUrl,
    OPENAI_BASE_URL: mock.url,
    SESSION_SECRET: 'of what is asked by a program that knows the schema',
    RATE_LIMIT_PER_MINUTE: '1000000',
    LOG_LEVEL: 'warn',
    OTEL_SDK_DISABLED: 'true',
    ...(login && { ...issuer.env, ADMIN_EMAILS: 'ada@example.com' }),
  })
  const folder = mkdtempSync(path.join(tmpdir(), 'schema-fuzz-'))
  writeFileSync(path.join(folder, 'schemathesis.toml'), CONFIGURATION)
  try {
    const client = new LoginClient(api.url)
    if (login) await client.logIn('ada')
    else await client.fetch('/api/visitor', { method: 'POST' })
    const cookie = [...client.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const record = path.join(folder, 'requests.har')
    const args = [
      ...['run', `${api.url}/openapi.json`, '--checks', 'all', '--max-examples', String(examples)],
      ...['--header', `Cookie: ${cookie}`, '--request-timeout', '20', '--report', 'har', '--report-har-path', record],
      // They end the session, or who asks, of all that follows; the login's way leads to the issuer.
      ...['--exclude-path-regex', '^/api/(log(in|out)|personal-data)'],
      ...(seed === undefined ? [] : ['--seed', seed]),
    ]
    const { ended, said } = await new Promise<Pick<Fuzzed, 'ended' | 'said'>>((resolve) => {
      const env = { PATH: process.env.PATH, HOME: folder, NO_COLOR: '1', COLUMNS: '140' }
      execFile(program, args, { cwd: folder, env, maxBuffer: 2 ** 28 }, (error, stdout, stderr) =>
        resolve({ ended: error ? Number(error.code ?? 1) : 0, said: stdout + stderr }),
      )
    })
    return { ended, said: said + api.output(), requests: counted(record, api.url) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await api.stop()
    await issuer.stop()
    await mock.stop()
  }
}

interface Har {
  readonly log: { readonly entries: { request: { method: string; url: string }; response: { status: number } }[] }
}

function counted(record: string, apiUrl: string): Map<string, Map<string, number>> {
  const { log } = JSON.parse(readFileSync(record, 'utf8')) as Har
  const counts = new Map<string, Map<string, number>>()
  for (const { request, response } of log.entries) {
    const { pathname } = new URL(request.url, apiUrl)
    const parts = pathname.split('/')
    const isKnown = /^(api|health|ready)$/.test(parts[1] ?? '')
    // What stands in the place of an id can be anything.
    const place = isKnown
      ? parts
          .map((part, i) =>
            i === 3 || (i > 4 && parts[2] === 'conversations') || (i > 3 && parts[2] === 'admin') ? '{}' : part,
          )
          .join('/')
      : '(elsewhere)'
    const operation = `${request.method} ${place}`
    const own = counts.get(operation) ?? new Map<string, number>()
    counts.set(operation, own.set(String(response.status), (own.get(String(response.status)) ?? 0) + 1))
  }
  return counts
}
