import { attribute, measurement, service } from '@repo/telemetry/catalogue'
import { resourceAttributes } from '@repo/telemetry/resource'
import type { BrowserTelemetrySettings } from '../browser-telemetry/settings.ts'
import { config } from './config.ts'

/** What the page is told about its telemetry, or null when that is off. */
export function browserTelemetry(): BrowserTelemetrySettings | null {
  const { faroUrl, faroSampleRate } = config()
  if (!faroUrl) return null
  const resource = resourceAttributes(service.browser)
  return {
    app: {
      name: service.browser,
      namespace: service.namespace,
      version: resource['service.version'] ?? '',
      environment: resource['deployment.environment.name'] ?? '',
    },
    sampleRate: faroSampleRate,
    perceivedTtft: measurement.perceivedTtft,
    attributes: { model: attribute.requestModel, outcome: attribute.outcome },
  }
}
