import type { LogRecordExporter } from '@opentelemetry/sdk-logs'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Exporter, ExportHealth } from './export-health.ts'

interface Exporters {
  readonly traces: SpanExporter[]
  readonly metrics: PushMetricExporter[]
  readonly logs: LogRecordExporter[]
}

type Signal = 'TRACES' | 'METRICS' | 'LOGS'
type Loaders<T> = Record<'http/json' | 'http/protobuf' | 'console', () => Promise<T>>

/** Only what is asked for is loaded. */
const traces: Loaders<SpanExporter> = {
  'http/json': async () => new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter(),
  'http/protobuf': async () => new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter(),
  console: async () => new (await import('@opentelemetry/sdk-trace-base')).ConsoleSpanExporter(),
}
const metrics: Loaders<PushMetricExporter> = {
  'http/json': async () => new (await import('@opentelemetry/exporter-metrics-otlp-http')).OTLPMetricExporter(),
  'http/protobuf': async () => new (await import('@opentelemetry/exporter-metrics-otlp-proto')).OTLPMetricExporter(),
  console: async () => new (await import('@opentelemetry/sdk-metrics')).ConsoleMetricExporter(),
}
const logs: Loaders<LogRecordExporter> = {
  'http/json': async () => new (await import('@opentelemetry/exporter-logs-otlp-http')).OTLPLogExporter(),
  'http/protobuf': async () => new (await import('@opentelemetry/exporter-logs-otlp-proto')).OTLPLogExporter(),
  console: async () => new (await import('@opentelemetry/sdk-logs')).ConsoleLogRecordExporter(),
}

/**
 * The exporters that the standard variables ask for: `OTEL_{TRACES,METRICS,LOGS}_EXPORTER` (`otlp`, `console`, `none`,
 * several after commas), `OTEL_EXPORTER_OTLP_PROTOCOL` (`http/json`, our default, or `http/protobuf`), the endpoints and
 * headers, and the same for each signal. Never throws: an application runs without telemetry, too.
 *
 * @param health makes those of OTLP patient
 * @param say gets a sentence for each variable that is not followed; never with the value of a header
 */
export async function exporters(health: ExportHealth, say: (message: string) => void): Promise<Exporters> {
  const said = new Set<string>()
  return {
    traces: await exportersOf('TRACES', traces),
    metrics: await exportersOf('METRICS', metrics),
    logs: await exportersOf('LOGS', logs),
  }

  /** Once, where it is so for several signals. */
  function warn(message: string): void {
    if (!said.has(message)) say(message)
    said.add(message)
  }

  async function exportersOf<T extends Exporter>(signal: Signal, loaders: Loaders<T>): Promise<T[]> {
    const variable = `OTEL_${signal}_EXPORTER`
    const names = new Set((process.env[variable] || 'otlp').split(',').map((name) => name.trim().toLowerCase()))
    const found: T[] = []
    for (const name of names) {
      if (name === 'console') found.push(await loaders.console())
      else if (name === 'otlp') found.push(...(await otlp(signal, loaders)))
      else if (name !== 'none')
        warn(`${variable}: there is no exporter "${name}" here. Use otlp, console or none, e.g. ${variable}=otlp.`)
    }
    return found
  }

  async function otlp<T extends Exporter>(signal: Signal, loaders: Loaders<T>): Promise<T[]> {
    const endpoint = variableOf(signal, 'ENDPOINT', 'http://localhost:4318')
    const url = URL.parse(endpoint.value)
    if (!url || !/^https?:$/.test(url.protocol)) {
      warn(`${endpoint.name} is no URL, so nothing is sent there. It must be like http://localhost:4318.`)
      return []
    }
    if (url.port === '4317')
      warn(
        `${endpoint.name} leads to port 4317, where collectors expect gRPC. Telemetry is sent over HTTP here: use port 4318, e.g. http://localhost:4318.`,
      )
    const protocol = variableOf(signal, 'PROTOCOL', 'http/json')
    const spoken = protocol.value === 'http/protobuf' ? protocol.value : 'http/json'
    if (protocol.value !== spoken)
      warn(
        `${protocol.name} is not followed: telemetry is sent as http/json, to port 4318 of most collectors. Use http/json or http/protobuf.`,
      )
    try {
      // Without what a URL may hold of secrets.
      return [health.watch(await loaders[spoken](), url.origin)]
    } catch (error) {
      const what = error instanceof Error ? error.name : 'an error'
      warn(`A variable OTEL_EXPORTER_OTLP_* cannot be read (${what}), so ${signal.toLowerCase()} are not sent.`)
      return []
    }
  }
}

/** A variable of the OTLP exporter: the signal's own, or the one for all. */
function variableOf(signal: Signal, what: string, fallback: string): { name: string; value: string } {
  const own = `OTEL_EXPORTER_OTLP_${signal}_${what}`
  const name = process.env[own] ? own : `OTEL_EXPORTER_OTLP_${what}`
  return { name, value: process.env[name]?.trim() || fallback }
}
