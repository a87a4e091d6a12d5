import { context, propagation, ROOT_CONTEXT } from '@opentelemetry/api'
import type { RunningTurn, RunningTurns } from '../chat/running-turns.ts'
import { Sending } from './sending.ts'
import { type Ask, payloadOf, type Told } from './wire.ts'

/** A process that has not asked for so long is gone, or nobody reads there. */
const LEASE_MS = 20_000

/** Tells another process. */
export type Tell = (writer: number, payloads: readonly string[]) => Promise<void>

/** The side that holds running answers. Does nothing until another process asks. */
export class Holder {
  readonly #writer: number
  readonly #running: RunningTurns
  readonly #tell: Tell
  /** By mirror. */
  readonly #sendings = new Map<string, { sending: Sending; lease: NodeJS.Timeout }>()

  /** @param writer this process */
  constructor(writer: number, running: RunningTurns, tell: Tell) {
    this.#writer = writer
    this.#running = running
    this.#tell = tell
  }

  heard(ask: Ask): void {
    const { conversationId, mirror, to, of = this.#writer, has, again, traceparent } = ask
    const known = this.#sendings.get(mirror)
    if (has === null || of !== this.#writer) {
      this.#stop(mirror)
      return
    }
    if (traceparent)
      context.with(propagation.extract(ROOT_CONTEXT, { traceparent }), () =>
        this.#running.newest(conversationId)?.rejoined(),
      )
    if (known) {
      known.lease.refresh()
      known.sending.confirm(has)
      if (again) known.sending.again()
    }
    // What a mirror has of an answer that this process no longer sends cannot be gone on with.
    const turn = has === 0 ? this.#running.newest(conversationId) : undefined
    const told = known?.sending.told ?? (turn && this.#send(turn, mirror, to))
    void this.#say(to, { mirror, by: of, ...(told === undefined ? { kind: 'none' } : { kind: 'alive', count: told }) })
  }

  close(): void {
    for (const mirror of this.#sendings.keys()) this.#stop(mirror)
  }

  /** @returns how many pieces are told */
  #send(turn: RunningTurn, mirror: string, to: number): number {
    // One byte: whatever comes while it waits is behind, and so becomes one event.
    const sending = new Sending(turn.read(1), (first, pieces) =>
      this.#tell(
        to,
        pieces.map((text, i) => payloadOf({ mirror, by: this.#writer, kind: 'piece', index: first + i, text })),
      ),
    )
    this.#sendings.set(mirror, { sending, lease: setTimeout(() => this.#stop(mirror), LEASE_MS).unref() })
    return sending.told
  }

  #stop(mirror: string): void {
    const known = this.#sendings.get(mirror)
    clearTimeout(known?.lease)
    known?.sending.stop()
    this.#sendings.delete(mirror)
  }

  /** Where it fails, the other asks again. */
  #say(to: number, told: Told): Promise<void> {
    return this.#tell(to, [payloadOf(told)]).catch(() => {})
  }
}
