import { attribute, workshop } from '@repo/telemetry/catalogue'
import { labelName as label } from '@repo/telemetry/series-name'
import type { Evidence } from './evidence.ts'
import type { Running } from './state.ts'

const HOUR_MS = 3_600_000

/** On a shared server one person starts an exercise for all: Loki has the line that says so. */
export async function startedElsewhere({ stores }: Evidence): Promise<Running | undefined> {
  const started = `{service_name="${workshop.service}"} | ${label(attribute.eventName)}="${workshop.started}"`
  const [newest] = (await stores?.logs(started, Date.now() - HOUR_MS, Date.now() + 60_000, 1)) ?? []
  return newest && JSON.parse(newest.line)
}
