// For `node --import @repo/telemetry/register`: starts telemetry before the service's own modules load.
import { register } from 'import-in-the-middle/register-hooks.mjs'
import { service } from './catalogue.ts'
import { startTelemetry } from './node-sdk.ts'

// `pg` is imported as an ES module, which the instrumentation's require hook alone does not see. Only `pg`: a hook on
// everything would also wrap core http, and each request would get two spans.
register({ include: ['pg'] })
await startTelemetry(process.env.OTEL_SERVICE_NAME ?? service.api, 8000)
