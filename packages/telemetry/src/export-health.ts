import { type ExportResult, ExportResultCode } from '@opentelemetry/core'

/** What waits for a collector at most, of each signal: spans or log records, a minute of 500 a second. */
const MAX_WAITING = 30_000
/** A collection of all metrics counts as that many: some 40 of them may wait. */
const COLLECTION_WEIGHT = 750
const RETRY_MS = 2000

/** What span, metric and log exporters have in common. */
export interface Exporter {
  // biome-ignore lint/suspicious/noExplicitAny: they differ only in what they carry
  export(items: any, done: (result: ExportResult) => void): void
  forceFlush?(): Promise<void>
  shutdown(): Promise<void>
}

/**
 * Telemetry while the collector is away: it waits in memory, in order, and what no longer fits is dropped, oldest first.
 * The SDK's own queues drop the newest, and what has failed for ten seconds. Each change is said once, for all exporters
 * of a process together: a collector that is away must neither fill the log nor go unnoticed.
 */
export class ExportHealth {
  readonly #failing = new Set<Exporter>()
  #dropping = false
  readonly #warn: (message: string) => void

  /** @param warn receives the one sentence per change */
  constructor(warn: (message: string) => void) {
    this.#warn = warn
  }

  /**
   * Makes an exporter patient, in place, and returns it. What it is given counts as exported.
   * @param endpoint where it sends to
   */
  watch<T extends Exporter>(exporter: T, endpoint: string): T {
    const send = exporter.export.bind(exporter)
    const shutdown = exporter.shutdown.bind(exporter)
    const waiting: { items: unknown; weight: number }[] = []
    let weight = 0
    let closing = false
    let draining: Promise<void> | undefined

    const drain = async () => {
      for (let batch = waiting[0]; batch; batch = waiting[0]) {
        const result = await new Promise<ExportResult>((done) => send(batch.items, done))
        this.#report(exporter, endpoint, result)
        if (mayComeBack(result)) {
          if (closing) break
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
          // It may have been dropped meanwhile.
        } else if (waiting[0] === batch) weight -= waiting.shift()?.weight ?? 0
      }
      draining = undefined
    }
    exporter.export = (items, done) => {
      const batch = { items, weight: Array.isArray(items) ? items.length : COLLECTION_WEIGHT }
      waiting.push(batch)
      weight += batch.weight
      while (weight > MAX_WAITING && waiting.length > 1) {
        weight -= waiting.shift()?.weight ?? 0
        this.#sayDropping()
      }
      draining ??= drain()
      done({ code: ExportResultCode.SUCCESS })
    }
    exporter.forceFlush = async () => draining
    exporter.shutdown = async () => {
      closing = true
      await draining
      await shutdown()
    }
    return exporter
  }

  #report(exporter: Exporter, endpoint: string, { code, error }: ExportResult): void {
    const before = this.#failing.size
    if (code === ExportResultCode.SUCCESS) this.#failing.delete(exporter)
    else this.#failing.add(exporter)
    const now = this.#failing.size
    if (before === 0 && now > 0)
      this.#warn(
        `Telemetry is not delivered to ${endpoint} (${reason(error)}). The application goes on without it; start a collector there, set OTEL_EXPORTER_OTLP_ENDPOINT, or set OTEL_SDK_DISABLED=true.`,
      )
    if (before === 0 || now > 0) return
    this.#dropping = false
    this.#warn(`Telemetry is delivered to ${endpoint} again.`)
  }

  #sayDropping(): void {
    if (this.#dropping) return
    this.#dropping = true
    this.#warn('More telemetry waits for the collector than memory is set aside for: the oldest is dropped.')
  }
}

/** A collector that answered with a status, after the exporter's own retries, does not want it; one that is away may. */
function mayComeBack({ code, error }: ExportResult): boolean {
  const status = (error as { code?: unknown } | undefined)?.code
  return code !== ExportResultCode.SUCCESS && typeof status !== 'number' && error?.message !== 'Nothing to send'
}

function reason(error: Error | undefined): string {
  const cause = (error as NodeJS.ErrnoException | undefined)?.code
  return cause ? String(cause) : error?.message || 'no answer'
}
