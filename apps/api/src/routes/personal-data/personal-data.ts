import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { RunningTurns } from '../../chat/running-turns.ts'
import type { Pool } from '../../db/database.ts'
import { PersonalData } from '../../db/personal-data/personal-data.ts'
import { ProblemError } from '../../plugins/problems.ts'

/** How long a deletion waits for answers that it has ended. */
const ENDING_MS = 5000
const LOOK_MS = 100

interface Services {
  readonly pool: Pool
  readonly running: RunningTurns
  readonly stop: (conversationId: string) => Promise<void>
}

/** Everything that is kept about who asks: as a file, and gone. */
export const personalData: FastifyPluginAsyncZod<Services> = async (app, { pool, running, stop }) => {
  const data = new PersonalData(pool)
  const tags = ['visitor']

  const reading = {
    tags,
    summary: 'Everything that is kept about who asks, as a file',
    description:
      'Conversations with every version of every message, pictures, ratings, usage, limits, and the account if there is one. Streamed: it may be large.',
    response: { 200: { description: 'A file.', content: { 'application/json': { schema: z.custom<Readable>() } } } },
  }
  // Without a HEAD route, which would read all of it for nobody.
  app.get('/api/personal-data', { schema: reading, exposeHeadRoute: false }, async ({ visitorId }, reply) =>
    reply
      .headers({
        'content-type': 'application/json; charset=utf-8',
        'content-disposition': `attachment; filename="my-data-${new Date().toISOString().slice(0, 10)}.json"`,
        'cache-control': 'no-store',
      })
      .send(Readable.from(data.file(visitorId))),
  )

  const deleting = {
    tags,
    summary: 'Deletes everything about who asks, for good',
    description:
      'Running answers end first. What was used stays as sums of a day and a model, without whose they were; limits that an administrator has set for an account, and the record of that, stay without name and address.',
    response: { 204: z.null(), 503: problemSchema },
  }
  app.delete('/api/personal-data', { schema: deleting }, async ({ visitorId }, reply) => {
    if (visitorId) {
      const { conversations, lately } = await data.hide(visitorId)
      const turns = conversations.flatMap((id) => running.newest(id)?.done ?? [])
      for (const id of lately) await stop(id)
      await Promise.race([Promise.all(turns), sleep(ENDING_MS, undefined, { ref: false })])
      const until = Date.now() + ENDING_MS
      while (!(await data.remove(visitorId))) {
        if (Date.now() > until) {
          const detail = 'An answer of yours has not ended yet. Everything is hidden already; ask for it once more.'
          throw new ProblemError(503, 'answer-not-ended', detail, 2)
        }
        await sleep(LOOK_MS)
      }
    }
    // Who asks next is somebody new.
    for (const name of ['visitor', 'ui-account']) reply.clearCookie(name, { path: '/' })
    return reply.status(204).send(null)
  })
}
