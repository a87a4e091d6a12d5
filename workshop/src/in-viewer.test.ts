import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { freePort } from '@repo/local-stack/ports'
import { type Postgres, startTemporaryPostgres } from '@repo/local-stack/postgres'
import { root } from '@repo/local-stack/run'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { eventually } from '@repo/stores/eventually'
import { get, getJson } from '@repo/stores/http'
import { attribute } from '@repo/telemetry/catalogue'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Evidence } from './evidence.ts'
import { chosen, models } from './exercise.ts'
import { exercises } from './exercises.ts'

// With the real API, mock and viewer. The others, which take longer or need the stores: `npm run test:workshop`.

let postgres: Postgres
let mock: Mock
let api: ApiProcess
let viewer: ChildProcess
let viewerUrl: string
let evidence: Evidence
let starting: typeof import('./start.ts')

beforeAll(async () => {
  const port = await freePort()
  viewerUrl = `http://127.0.0.1:${port}`
  viewer = spawn(process.execPath, ['src/server/server.ts'], {
    cwd: path.join(root, 'apps/viewer'),
    env: { PATH: process.env.PATH, PORT: String(port) },
    stdio: 'ignore',
  })
  ;[postgres, mock] = await Promise.all([startTemporaryPostgres(), startMock({ pace: 0.2 })])
  api = await startApi({
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: mock.url,
    OTEL_EXPORTER_OTLP_ENDPOINT: viewerUrl,
    RATE_LIMIT_PER_MINUTE: '1000',
  })
  await eventually(() => get(`${viewerUrl}/health`), 'the viewer does not answer')
  // Read when the modules are loaded.
  Object.assign(process.env, { WEB_URL: api.url, VIEWER_URL: viewerUrl, MOCK_URL: new URL(mock.url).origin })
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: viewerUrl })
  starting = await import('./start.ts')
  evidence = (await import('./viewer-evidence.ts')).viewerEvidence(viewerUrl)
}, 60_000)
afterAll(async () => {
  viewer?.kill()
  await api?.stop()
  await Promise.all([mock?.stop(), postgres?.stop()])
}, 60_000)

interface Traces {
  readonly rows: { readonly traceId: string }[]
}

async function retried(): Promise<string | null> {
  for (const { traceId } of (await getJson<Traces>(`${viewerUrl}/api/traces?turns=1`)).rows) {
    const spans = await evidence.trace(traceId)
    if (spans.some(({ attributes }) => Number(attributes[attribute.retryCount]) >= 2)) return traceId
  }
  return null
}

/** In the order in which one leaves nothing that the next would see. */
const cases = [
  { number: 1, right: async () => chosen(4, models), wrong: chosen(5, models) },
  { number: 3, right: retried, wrong: '0'.repeat(32) },
  // By the generator's plan: the first model gets most, the second a quarter, the third less.
  { number: 5, right: async () => '24 %', wrong: '90 %' },
]

test.each(cases)(
  'exercise $number: broken, found, mended',
  async ({ number, right, wrong }) => {
    const exercise = exercises.find((one) => one.number === number)
    if (!exercise) throw new Error('no such exercise')
    const running = await starting.start(exercise, 'viewer', { seed: 4, minutes: 1, healthyMs: 1000, rate: 10 })
    try {
      await new Promise((resolve) => setTimeout(resolve, 1000))
      await eventually(
        async () => {
          const { right: accepted, word } = await exercise.check((await right()) ?? '', evidence, running.from)
          if (!accepted) throw new Error(word)
          return true
        },
        'the right answer is not accepted',
        40_000,
      )
      expect(await exercise.check(wrong, evidence, running.from)).toMatchObject({ right: false })
    } finally {
      await starting.reset('viewer', running)
    }
    expect(await getJson(new URL('/workshop/fault', mock.url).href)).toBeNull()
  },
  60_000,
)
