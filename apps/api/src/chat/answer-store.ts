import type { FastifyBaseLogger } from 'fastify'
import { keptWrite } from '../db/kept-write.ts'
import type { AnswerRow, Messages } from '../db/messages.ts'
import type { StoredPart } from '../db/stored-parts.ts'

/** How often a streaming answer is saved, so that a crash or a reload loses no more than this. */
const CHECKPOINT_MS = 2000

/**
 * Writes one answer: its row at the first chunk, what there is every two seconds, the whole at the end. A database that
 * is away does not cost the answer: the person still reads it, and its end is stored when the database is back.
 */
export class AnswerStore {
  readonly #messages: Messages
  readonly #parts: () => StoredPart[]
  readonly #row: Omit<AnswerRow, 'parts'>
  readonly #log: FastifyBaseLogger
  #pending: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(messages: Messages, parts: () => StoredPart[], row: Omit<AnswerRow, 'parts'>, log: FastifyBaseLogger) {
    this.#messages = messages
    this.#parts = parts
    this.#row = row
    this.#log = log
  }

  /** To be called per chunk; only the first does anything. */
  begin(): void {
    if (this.#timer) return
    this.#write(this.#messages.writeAnswer({ ...this.#row, status: 'streaming', parts: this.#parts() }))
    this.#timer = setInterval(() => {
      // The write before is still under way: this one would only queue behind it.
      if (!this.#pending) this.#write(this.#messages.saveParts(this.#row.id, this.#parts()))
    }, CHECKPOINT_MS)
  }

  /** @param write stores the end of the turn with its answer */
  async complete(result: Partial<AnswerRow>, write: (answer: AnswerRow) => Promise<void>): Promise<void> {
    clearInterval(this.#timer)
    await this.#pending
    const row = { ...this.#row, ...result, parts: this.#parts() }
    await keptWrite('the answer, with what it cost,', () => write(row), this.#log)
  }

  #write(writing: Promise<void>): void {
    this.#pending = writing
      .catch((error) => this.#log.error({ err: error }, 'the answer so far could not be stored'))
      .then(() => {
        this.#pending = undefined
      })
  }
}
