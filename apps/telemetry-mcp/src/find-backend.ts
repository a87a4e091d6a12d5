import { addresses } from '@repo/stores/addresses'
import { Stores } from '@repo/stores/stores'
import type { Backend } from './backend.ts'
import { Lgtm } from './lgtm.ts'
import { Viewer } from './viewer.ts'

/** How long what was found is believed to be still there. */
const BELIEVED_MS = 30_000

let found: { backend: Backend; untilMs: number } | undefined

/**
 * Whatever runs: the demo's viewer where it answers, else the stores, through Grafana where that answers. Looked for when
 * it is needed: an agent starts us before anything else runs.
 * @throws an Error with a sentence when nothing answers
 */
export async function findBackend(): Promise<Backend> {
  if (found && performance.now() < found.untilMs) return found.backend
  const backend = (await viewer()) ?? (await stores())
  if (!backend)
    throw new Error(
      `No telemetry here: neither the viewer (${addresses.viewer}) nor Grafana or Tempo (${addresses.grafana}, ${addresses.tempo}) answers. Start one with "npm run demo" or "docker compose up".`,
    )
  found = { backend, untilMs: performance.now() + BELIEVED_MS }
  return backend
}

const traceUrl = process.env.TRACE_URL_TEMPLATE || undefined
const answer = (url: string) => fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => null)

async function viewer(): Promise<Backend | undefined> {
  // A collector may be at its address, too; what there is of it is JSON that only the viewer has.
  const stats = await answer(`${addresses.viewer}/api/stats`)
  const held = stats?.ok ? ((await stats.json().catch(() => ({}))) as { traces?: unknown }) : {}
  return held.traces ? new Viewer(addresses.viewer, traceUrl) : undefined
}

async function stores(): Promise<Backend | undefined> {
  const stands = await Promise.all([answer(`${addresses.grafana}/api/health`), answer(`${addresses.tempo}/ready`)])
  if (!stands.some((one) => one?.ok)) return undefined
  return new Lgtm(await Stores.find(addresses), traceUrl ?? exploreUrl(addresses.grafana))
}

/** A trace in Grafana's Explore. */
function exploreUrl(grafana: string): string {
  const datasource = { type: 'tempo', uid: 'tempo' }
  const queries = [{ refId: 'A', datasource, queryType: 'traceql', query: 'TRACE' }]
  const panes = { trace: { datasource: 'tempo', queries, range: { from: 'now-7d', to: 'now' } } }
  const address = `${grafana}/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`
  return address.replace('TRACE', '{traceId}')
}
