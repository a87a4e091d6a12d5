import { addresses } from '@repo/stores/addresses'
import { getJson } from '@repo/stores/http'
import { Stores } from '@repo/stores/stores'
import type { Evidence } from './evidence.ts'
import type { Place } from './exercise.ts'
import { stackEvidence } from './stack-evidence.ts'
import { viewerEvidence } from './viewer-evidence.ts'

const port = (name: string, usual: number) => process.env[name] || usual

/** Beside the addresses of the stores: where telemetry is sent to, what is told to fail, and the database. */
export const reach = {
  otlp:
    process.env.OTEL_EXPORTER_OTLP_ENDPOINT ||
    `http://127.0.0.1:${process.env.OTLP_HTTP_PORT || port('VIEWER_PORT', 4318)}`,
  mock: process.env.MOCK_URL || `http://127.0.0.1:${port('MOCK_LLM_PORT', 4010)}`,
  database:
    process.env.DATABASE_URL ||
    `postgresql://chat:${process.env.POSTGRES_PASSWORD || 'chat'}@127.0.0.1:${port('POSTGRES_PORT', 15432)}/chat`,
}

/** What runs here: the stack where its Grafana or its Mimir answers, else the demo; null: neither. */
export async function placeHere(): Promise<{ place: Place; evidence: Evidence } | null> {
  const stores = await Stores.find(addresses)
  const mimir = await stores.metrics('vector(1)').catch(() => null)
  if (mimir) return { place: 'stack', evidence: stackEvidence(stores) }
  const viewer = await getJson<object>(`${addresses.viewer}/api/stats`).catch(() => null)
  return viewer && { place: 'viewer', evidence: viewerEvidence(addresses.viewer) }
}
