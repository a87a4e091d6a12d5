import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { MessageMetadata } from '@repo/contract/message'
import { ask } from '@repo/stores/turn'

export interface Turn {
  readonly number: number
  readonly conversationId: string
  /** In which it ended. */
  readonly phase: string
  readonly metadata: MessageMetadata & { traceId: string }
}

const models = ['mock-standard', 'mock-large', 'mock-reasoning']
/** Turns whose tokens are partly cached, among numbered ones. */
const promptOf = (number: number) => (number % 4 === 0 ? 'Summarise the on-call handbook.' : `Turn ${number}`)

/** Asks at a steady rate, each turn in a conversation and of a visitor of its own, whether or not the last has ended. */
export class SteadyTurns {
  readonly turns: Turn[] = []
  /** Sentences: what became of turns that have no answer, or no trace. */
  readonly failures: string[] = []
  phase = 'before'
  readonly #web: string
  readonly #running = new Set<Promise<void>>()
  readonly #timer: NodeJS.Timeout
  #asked = 0

  constructor(web: string, perSecond: number) {
    this.#web = web
    this.#timer = setInterval(() => this.#take(++this.#asked), 1000 / perSecond)
  }

  /** Resolves when the last answer is complete. */
  async end(): Promise<void> {
    clearInterval(this.#timer)
    await Promise.all(this.#running)
  }

  /** Goes on for this long under a new name. */
  async spend(phase: string, ms: number): Promise<void> {
    this.phase = phase
    await sleep(ms)
  }

  #take(number: number): void {
    const taking = this.#ask(number)
      .catch((error: Error) => void this.failures.push(`turn ${number} (${this.phase}): ${error.message}`))
      .finally(() => this.#running.delete(taking))
    this.#running.add(taking)
  }

  async #ask(number: number): Promise<void> {
    const conversationId = randomUUID()
    const question = { text: promptOf(number), model: models[number % models.length] }
    const metadata = await ask(this.#web, { ...question, conversationId })
    if (metadata.outcome !== 'finished') throw new Error(`ended as ${metadata.outcome}`)
    const { traceId } = metadata
    if (!traceId) throw new Error('has no trace')
    this.turns.push({ number, conversationId, phase: this.phase, metadata: { ...metadata, traceId } })
  }
}
