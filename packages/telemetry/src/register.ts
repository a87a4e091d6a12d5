// For `node --import @repo/telemetry/register`: starts telemetry before the service's own modules load.
import { service } from './catalogue.ts'
import { startTelemetry } from './node-sdk.ts'

await startTelemetry(process.env.OTEL_SERVICE_NAME ?? service.api, 8000)
