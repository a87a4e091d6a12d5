import { startApi } from '@repo/local-stack/api-process'
import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { startMock } from '@repo/mock-llm/mock'
import { startSink } from '@repo/viewer/sink'
import { countedMetrics } from './signals.ts'
import type { Target } from './truth.ts'

/** An API of its own with everything that it needs, and the tests' sink for its telemetry. */
export async function inSink(): Promise<Target & { stop(): Promise<void> }> {
  const [postgres, mock, sink] = await Promise.all([startTemporaryPostgres(), startMock({ pace: 0.1 }), startSink()])
  const api = await startApi({
    DATABASE_URL: postgres.url,
    OPENAI_BASE_URL: mock.url,
    LLM_IDLE_TIMEOUT_MS: '2000',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  return {
    url: api.url,
    databaseUrl: postgres.url,
    arrivalMs: 20_000,
    counters: async () =>
      countedMetrics.flatMap(({ name }) =>
        sink.metric(name).map(({ attributes, value, count }) => ({
          key: JSON.stringify([name, Object.entries(attributes).sort()]),
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
      await api.stop()
      await Promise.all([mock.stop(), sink.stop(), postgres.stop()])
    },
  }
}
