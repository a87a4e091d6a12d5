import type { Readable } from 'node:stream'
import { Mirror } from './mirror.ts'
import type { Ask, Told } from './wire.ts'

/** How long the others may take to say whether they hold an answer. */
const PATIENCE_MS = 1500

interface Ways {
  /** Asks all other processes. */
  ask(ask: Omit<Ask, 'to'>): Promise<void>
  /** How many other processes there are. */
  others(): Promise<number>
}

interface Sought {
  readonly mirror: Mirror
  /** One more reader has come. */
  joined(traceparent: string): void
  /** Whether another process holds it. */
  readonly found: Promise<boolean>
  heard(told: Told): void
}

/** The side that holds none of the answers that are read here. */
export class Mirrors {
  readonly #ways: Ways
  readonly #byConversation = new Map<string, Sought>()
  readonly #byMirror = new Map<string, Sought>()

  constructor(ways: Ways) {
    this.#ways = ways
  }

  /**
   * @param traceparent of the request
   * @returns undefined when no other process holds an answer of it
   */
  async join(conversationId: string, traceparent?: string): Promise<Readable | undefined> {
    const known = this.#byConversation.get(conversationId)
    const { mirror, found } = known ?? this.#seek(conversationId, traceparent)
    if (!(await found)) return undefined
    if (known && traceparent) known.joined(traceparent)
    return mirror.read()
  }

  heard(told: Told): void {
    this.#byMirror.get(told.mirror)?.heard(told)
  }

  /** The readers are to go on at another process. */
  close(): void {
    for (const { mirror } of this.#byMirror.values()) mirror.cut()
  }

  #seek(conversationId: string, traceparent: string | undefined): Sought {
    const { promise: answered, resolve: answer } = Promise.withResolvers<boolean>()
    let others = 0
    let holder: number | undefined
    const ask = (more: Partial<Ask> = {}) =>
      this.#ways.ask({ conversationId, mirror: mirror.id, has: mirror.has, ...(holder && { of: holder }), ...more })
    const mirror = new Mirror(
      (again) => ask({ again }),
      () => {
        this.#byMirror.delete(mirror.id)
        this.#byConversation.delete(conversationId)
        answer(false)
        if (holder) void ask({ has: null }).catch(() => {})
      },
    )
    const seek = async () => {
      others = await this.#ways.others()
      if (others === 0) return false
      const patience = setTimeout(answer, PATIENCE_MS, false)
      await ask({ ...(traceparent && { traceparent }) })
      return answered.finally(() => clearTimeout(patience))
    }
    const sought: Sought = {
      mirror,
      joined: (traceparent) => void ask({ traceparent }).catch(() => {}),
      found: seek().finally(() => {
        if (!holder) mirror.cut()
      }),
      heard: (told) => {
        if (holder === undefined && told.kind === 'none') {
          if (--others === 0) answer(false)
          return
        }
        holder ??= told.by
        // Two processes can hold an answer each of one conversation.
        if (told.by !== holder) return
        answer(true)
        mirror.heard(told)
      },
    }
    this.#byConversation.set(conversationId, sought)
    this.#byMirror.set(mirror.id, sought)
    return sought
  }
}
