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
export function answerStore(
  messages: Messages,
  parts: () => StoredPart[],
  row: Omit<AnswerRow, 'parts'>,
  log: FastifyBaseLogger,
) {
  let pending: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  const write = (writing: Promise<void>) => {
    pending = writing
      .catch((err) => log.error({ err }, 'the answer so far could not be stored'))
      .finally(() => {
        pending = undefined
      })
  }
  return {
    /** To be called per chunk; only the first does anything. */
    begin(): void {
      if (timer) return
      write(messages.writeAnswer({ ...row, status: 'streaming', parts: parts() }))
      timer = setInterval(() => {
        // The write before is still under way: this one would only queue behind it.
        if (!pending) write(messages.saveParts(row.id, parts()))
      }, CHECKPOINT_MS)
    },
    /** @param end stores the end of the turn with its answer */
    async complete(result: Partial<AnswerRow>, end: (answer: AnswerRow) => Promise<void>): Promise<void> {
      clearInterval(timer)
      await pending
      const answer = { ...row, ...result, parts: parts() }
      await keptWrite('the answer, with what it cost,', () => end(answer), log)
    },
  }
}
