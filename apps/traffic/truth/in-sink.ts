import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { pipeline } from 'node:stream'
import { startApi } from '@repo/local-stack/api-process'
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { startMock } from '@repo/mock-llm/mock'
import { startSink } from '@repo/viewer/sink'
import { countedMetrics } from './signals.ts'
import type { Target } from './truth.ts'

/**
 * APIs of its own with everything that they need, and the tests' sink for their telemetry.
 * @param processes of the API, on one database; connections go to them in turn
 */
export async function inSink(processes = 1): Promise<Target & { stop(): Promise<void> }> {
  const [postgres, mock, sink] = await Promise.all([startTemporaryPostgres(), startMock({ pace: 0.1 }), startSink()])
  const environment = {
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: mock.url,
    LLM_IDLE_TIMEOUT_MS: '2000',
    ANSWER_GRACE_SECONDS: '0',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    SESSION_SECRET: 'of all processes, so that each knows all visitors',
  }
  const apis = await Promise.all(Array.from({ length: processes }, () => startApi(environment)))
  const front = await inTurn(apis.map(({ url }) => Number(new URL(url).port)))
  return {
    url: front.url,
    databaseUrl: postgres.url,
    arrivalMs: 20_000,
    counters: async () =>
      countedMetrics.flatMap(({ name }) =>
        sink.metric(name).map(({ attributes, value, count, resource }) => ({
          key: JSON.stringify([name, resource['service.instance.id'], Object.entries(attributes).sort()]),
          name,
          attributes,
          value: count ?? value ?? 0,
        })),
      ),
    spans: async (traceIds) => {
      const wanted = new Set(traceIds)
      return sink.spans({ service: 'chat-api' }).filter(({ traceId }) => wanted.has(traceId))
    },
    async stop() {
      front.close()
      await Promise.all(apis.map((api) => api.stop()))
      await Promise.all([mock.stop(), sink.stop(), postgres.stop()])
    },
  }
}

/** Listens on a port of its own and hands each connection to the next of these ports. */
async function inTurn(ports: readonly number[]): Promise<{ url: string; close(): void }> {
  let connections = 0
  const server = createServer((from) => {
    const to = connect(ports[connections++ % ports.length] as number, '127.0.0.1')
    pipeline(from, to, from, () => {})
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() }
}
