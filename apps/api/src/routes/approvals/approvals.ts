import { approvalSchema } from '@repo/contract/approval'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { Approvals, type Decision } from '../../db/approvals/approvals.ts'
import type { Pool } from '../../db/database.ts'
import type { Presence } from '../../extension-points/presence.ts'
import type { Approve } from '../../extension-points/tools.ts'
import { ProblemError } from '../../plugins/problems.ts'
import { WaitingCalls } from './waiting-calls.ts'

/** Whichever process waits for a decision of this conversation is to look. */
const CHANNEL = 'chat_approval'

interface Services {
  readonly config: Config
  readonly pool: Pool
  readonly presence: Presence
  approve: Approve | undefined
}

/** Calls of tools that are not read-only wait for the person: without this, such tools are not offered. */
export const approval: FastifyPluginAsyncZod<Services> = async (app, services) => {
  const { config, pool, presence } = services
  const approvals = new Approvals(pool, presence)
  const waiting = new WaitingCalls(approvals, config.tools.approvalMs)
  services.approve = (tool, call, turn) => waiting.ask(tool, call, turn)
  presence.listen(CHANNEL, (conversationId) => {
    waiting
      .look(conversationId)
      .catch((err) => app.log.warn({ err }, 'what was approved could not be read; once more soon'))
  })

  app.post(
    '/api/conversations/:id/approvals/:approvalId',
    {
      schema: {
        tags: ['conversations'],
        summary: 'Allows or denies a call of a tool',
        description: 'The answer that asks goes on. The same decision again changes nothing; another one is refused.',
        params: z.object({ id: z.uuid(), approvalId: z.uuid() }),
        body: approvalSchema,
        response: { 200: approvalSchema, 404: problemSchema, 409: problemSchema },
      },
    },
    async ({ visitorId, params, body }) => {
      const call = { id: params.approvalId, conversationId: params.id }
      const wanted = body.decision === 'deny' ? 'denied' : body.decision
      const holds = visitorId ? await approvals.decide({ ...call, visitorId }, wanted) : undefined
      if (holds === undefined)
        throw new ProblemError(
          404,
          'approval-not-found',
          'No call of a tool has asked this in a conversation of yours.',
        )
      if (holds !== wanted) throw new ProblemError(409, 'already-decided', whyNot(holds))
      await presence.tell(CHANNEL, params.id)
      return body
    },
  )
}

function whyNot(holds: Decision): string {
  switch (holds) {
    case 'once':
    case 'conversation':
    case 'remembered':
      return 'The call has been allowed already, and may have run. Stop ends the answer.'
    case 'denied':
      return 'The call has been denied already. Ask again, if it is to be made after all.'
    default:
      return 'Nobody waits for this any more: the answer has ended, or the time was over. Ask again.'
  }
}
