import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api'
import { type Logger, logs } from '@opentelemetry/api-logs'
import { schemaUrl } from './catalogue.ts'

// One scope, and with it one version of the conventions, for all that is ours.
const NAME = '@repo/telemetry'
export const tracer = (): Tracer => trace.getTracerProvider().getTracer(NAME, undefined, { schemaUrl })
export const meter = (): Meter => metrics.getMeter(NAME, undefined, { schemaUrl })
export const logger = (): Logger => logs.getLogger(NAME, undefined, { schemaUrl })
