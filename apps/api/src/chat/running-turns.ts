import type { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'

/** Why a running turn is ended from outside. */
export type AbortReason = 'stopped' | 'disconnected'

export interface RunningTurn {
  readonly controller: AbortController
  readonly done: Promise<void>
  /** Its stream once more, from its beginning; see `AnswerLog.read`. */
  readonly read: (maxWaiting?: number) => Readable
  /** Notes that the request under way brought a reader back. */
  readonly rejoined: () => void
}

/** The turns of this process, so that readers who come back, Stop and shutdown can reach them. */
export class RunningTurns {
  readonly #turns = new Map<string, Set<RunningTurn>>()
  /** Of all conversations. */
  size = 0

  add(conversationId: string, turn: RunningTurn): void {
    const turns = this.#turns.get(conversationId) ?? new Set()
    this.#turns.set(conversationId, turns.add(turn))
    this.size++
    void turn.done.then(() => {
      this.size--
      turns.delete(turn)
      if (turns.size === 0) this.#turns.delete(conversationId)
    })
  }

  newest(conversationId: string): RunningTurn | undefined {
    return [...(this.#turns.get(conversationId) ?? [])].at(-1)
  }

  /** The newest of the conversation, for one more reader. */
  rejoin(conversationId: string): Readable | undefined {
    const turn = this.newest(conversationId)
    turn?.rejoined()
    return turn?.read()
  }

  stop(conversationId: string): void {
    for (const { controller } of this.#turns.get(conversationId) ?? [])
      controller.abort('stopped' satisfies AbortReason)
  }

  /** Lets running turns finish for a while, ends the rest as disconnected, and waits until all are recorded. */
  async drain(graceMs: number): Promise<void> {
    const all = () => [...this.#turns.values()].flatMap((turns) => [...turns])
    await Promise.race([Promise.all(all().map(({ done }) => done)), sleep(graceMs, undefined, { ref: false })])
    for (const { controller } of all()) controller.abort('disconnected' satisfies AbortReason)
    await Promise.all(all().map(({ done }) => done))
  }
}
