import { attribute, measurement, service } from '@repo/telemetry/catalogue'
import { resourceAttributes } from '@repo/telemetry/resource'
import { z } from 'zod'
import { parseEnvironment } from '../../server/environment.ts'

/**
 * What the page has to know to report. The server hands it over: the variable that turns it on is read when it runs, and
 * the catalogue of names would be a kilobyte of every page's first load.
 */
export interface BrowserTelemetrySettings {
  app: { name: string; namespace: string; version: string; environment: string }
  /** Share of the sessions that are reported, 0 to 1. */
  sampleRate: number
  /** Of the measurement: its type, and the name of its number. */
  perceivedTtft: { type: string; value: string }
  /** Keys of what a measurement is told apart by. */
  attributes: { model: string; outcome: string }
}

type Environment = Record<string, string | undefined>

/** What the page is told about its telemetry, or null when that is off. */
export function browserTelemetry(env: Environment): BrowserTelemetrySettings | null {
  const { FARO_URL, FARO_SAMPLE_RATE } = parse(env)
  if (!FARO_URL) return null
  const resource = resourceAttributes(service.browser)
  return {
    app: {
      name: service.browser,
      namespace: service.namespace,
      version: resource['service.version'] ?? '',
      environment: resource['deployment.environment.name'] ?? '',
    },
    sampleRate: FARO_SAMPLE_RATE,
    perceivedTtft: measurement.perceivedTtft,
    attributes: { model: attribute.requestModel, outcome: attribute.outcome },
  }
}

/** Where this server reaches the Faro collector; undefined when browser telemetry is off. */
export function faroUrl(env: Environment): string | undefined {
  return parse(env).FARO_URL
}

function parse(env: Environment) {
  return parseEnvironment(
    env,
    {
      FARO_URL: z.url({ protocol: /^https?$/ }).optional(),
      FARO_SAMPLE_RATE: z.coerce.number().min(0).max(1).default(1),
    },
    {
      FARO_URL: 'FARO_URL must be an http(s) address, such as http://127.0.0.1:12347/collect',
      FARO_SAMPLE_RATE: 'FARO_SAMPLE_RATE must be a number from 0 to 1, such as 0.1',
    },
  )
}
