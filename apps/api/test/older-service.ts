import { trace } from '@opentelemetry/api'
import { shutdownTelemetry } from '@repo/telemetry/node-sdk'

// `node --import @repo/telemetry/register test/older-service.ts '{...}'`: a service whose one span has these attributes.
const attributes = JSON.parse(process.argv[2] ?? '{}')
const span = trace.getTracer('older').startSpan('chat older', { attributes })
span.addEvent('older', attributes)
span.end()
await shutdownTelemetry()
