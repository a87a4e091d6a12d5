import { type ExportResult, ExportResultCode } from '@opentelemetry/core'

interface Exporter {
  // biome-ignore lint/suspicious/noExplicitAny: span, metric and log exporters differ only in what they carry
  export(items: any, done: (result: ExportResult) => void): void
}

/**
 * Says once that telemetry is not delivered, and once that it is again, for all exporters of a process together. A
 * collector that is away must neither fill the log nor go unnoticed.
 */
export class ExportHealth {
  #failing = false
  readonly #warn: (message: string) => void

  /** @param warn receives the one sentence per change */
  constructor(warn: (message: string) => void) {
    this.#warn = warn
  }

  /** Watches an exporter in place and returns it. */
  watch<T extends Exporter>(exporter: T): T {
    const send = exporter.export.bind(exporter)
    exporter.export = (items, done) =>
      send(items, (result) => {
        this.report(result)
        done(result)
      })
    return exporter
  }

  report(result: ExportResult): void {
    const failed = result.code !== ExportResultCode.SUCCESS
    if (failed === this.#failing) return
    this.#failing = failed
    const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318'
    this.#warn(
      failed
        ? `Telemetry is not delivered to ${endpoint} (${reason(result.error)}). The application goes on without it; start a collector there, set OTEL_EXPORTER_OTLP_ENDPOINT, or set OTEL_SDK_DISABLED=true.`
        : `Telemetry is delivered to ${endpoint} again.`,
    )
  }
}

function reason(error: Error | undefined): string {
  const cause = (error as NodeJS.ErrnoException | undefined)?.code
  return cause ? String(cause) : error?.message || 'no answer'
}
