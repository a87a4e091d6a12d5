import { startTemporaryPostgres } from '@repo/local-stack/postgres'
import { type Part, startPart, stopAll } from './process.ts'

/** The product with its database, the baselines, and what both need: an upstream and a collector. */
export interface Bench {
  readonly upstream: Part
  readonly pipe: Part
  readonly lean: Part
  /** An API of its own: how it is configured beside what all have. */
  api(name: string, environment: Record<string, string>): Promise<Part>
  readonly collectorUrl: string
  readonly upstreamUrl: string
  stop(): Promise<void>
}

export async function startBench(): Promise<Bench> {
  const postgres = await startTemporaryPostgres({ durable: true })
  const upstream = await startPart('upstream', 'bench/upstream.ts')
  const collector = await startPart('collector', 'bench/collector.ts')
  const upstreamUrl = `http://127.0.0.1:${upstream.port}`
  const collectorUrl = `http://127.0.0.1:${collector.port}`
  const shared = { OPENAI_BASE_URL: upstreamUrl, LLM_MODEL: 'bench', LOG_LEVEL: 'info' }
  const own = {
    ...shared,
    DATABASE_URL: postgres.url,
    SESSION_SECRET: 'bench'.repeat(8),
    DAILY_BUDGET_USD: '1000',
    OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
  }
  return {
    upstream,
    pipe: await startPart('Node pipe', 'bench/pipe.ts', shared),
    lean: await startPart('lean: Fastify + openai', 'bench/lean.ts', shared),
    api: (name, environment) =>
      startPart(
        name,
        'src/server.ts',
        { ...own, ...environment },
        { preload: ['--import', '@repo/telemetry/register'] },
      ),
    collectorUrl,
    upstreamUrl,
    async stop() {
      await stopAll()
      await postgres.stop()
    },
  }
}
