import { STATUS_CODES } from 'node:http'
import type { Problem } from '@repo/contract/problem'
import { attribute, type RejectionReason } from '@repo/telemetry/catalogue'
import { instruments } from '@repo/telemetry/instruments'
import { activeSpanIds } from '@repo/telemetry/turn'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { isDatabaseUnavailable } from '../db/database.ts'
import { ForeignConversationError } from '../db/messages.ts'
import { pathOf } from './log-options.ts'

/** An error that is answered as RFC 9457 problem details. `detail` is for people: what was wrong and what to do. */
export class ProblemError extends Error {
  readonly status: number
  readonly type: string
  readonly retryAfterSeconds: number | undefined

  /**
   * @param name becomes `urn:lgtm-chat:problem:{name}`
   * @param retryAfterSeconds when it may work again: in the problem and in the header `retry-after`
   */
  constructor(status: number, name: string, detail: string, retryAfterSeconds?: number) {
    super(detail)
    this.status = status
    this.type = `urn:lgtm-chat:problem:${name}`
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Counts a question that is not asked. @returns the problem, to be thrown */
export function rejected(reason: RejectionReason, problem: ProblemError): ProblemError {
  instruments().rejections.add(1, { [attribute.rejectionReason]: reason })
  return problem
}

/** A database that was restarted is back within about that time. */
const DATABASE_RETRY_SECONDS = 3

const nothingThere = {
  conversation: 'There is no such conversation, or it is not yours.',
  message: 'There is no such message in this conversation.',
}

/** @throws {ProblemError} 404 unless there is something: a conversation of the visitor's own, a message in it */
export function found<T>(something: T | null | undefined | '', what: keyof typeof nothingThere = 'conversation'): T {
  if (something) return something
  throw new ProblemError(404, `${what}-not-found`, nothingThere[what])
}

export function modelNotAllowed(models: readonly string[]): ProblemError {
  const detail = `The model is not offered here. Choose one of: ${models.join(', ')}.`
  return new ProblemError(422, 'model-not-allowed', detail)
}

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * What is told of a path, or of a method of one, that there is not.
     * @param reply absent: nothing is told of other methods of the path, and it is as unknown as any
     */
    nothingAt(request: FastifyRequest, reply?: FastifyReply): ProblemError
  }
}

/** Errors, unknown paths and methods become `application/problem+json`. A 5xx says nothing of what happened inside. */
export default fp(async (app, { isShuttingDown }: { isShuttingDown: () => boolean }) => {
  app.addHook('onRequest', async ({ url }) => {
    if (!isShuttingDown() || !url.startsWith('/api/')) return
    throw new ProblemError(503, 'api-busy', 'This server ends; another takes its place. Try again in a moment.', 1)
  })
  app.decorate('nothingAt', ({ method, url }) => {
    const detail = `There is no ${method} ${pathOf(url)}.`
    return new ProblemError(404, 'not-found', detail)
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    // Whatever else is wrong with a request for what is not there.
    const problem = request.is404 ? app.nothingAt(request, reply) : toProblem(error)
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed')
    return send(reply, problem)
  })
  app.setNotFoundHandler((request, reply) => send(reply, app.nothingAt(request, reply)))
})

function toProblem(error: FastifyError): ProblemError {
  if (error instanceof ProblemError) return error
  if (error instanceof ForeignConversationError) {
    const detail =
      'There is no such conversation, it is not yours, or what the question follows is not in it. Reload the page.'
    return new ProblemError(404, 'conversation-not-found', detail)
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const { validation, validationContext: where } = error
    const faults = validation.map(
      ({ instancePath, message }) => `${instancePath.slice(1).replaceAll('/', '.') || where}: ${message}`,
    )
    return new ProblemError(400, 'invalid-request', `The ${where} is not valid. ${faults.join('; ')}.`)
  }
  if (isDatabaseUnavailable(error)) {
    const detail = 'The database does not answer. Nothing was lost; try again in a moment.'
    return new ProblemError(503, 'database-unavailable', detail, DATABASE_RETRY_SECONDS)
  }
  const { statusCode: status = 500 } = error
  if (status < 500) return new ProblemError(status, 'bad-request', error.message)
  return new ProblemError(500, 'internal', 'Something went wrong on our side. The trace id leads to what happened.')
}

function send(reply: FastifyReply, { status, type, message: detail, retryAfterSeconds }: ProblemError) {
  const title = STATUS_CODES[status] ?? 'Error'
  const problem: Problem = { type, title, status, detail, traceId: activeSpanIds().traceId }
  if (retryAfterSeconds) {
    problem.retryAfterSeconds = retryAfterSeconds
    reply.header('retry-after', retryAfterSeconds)
  }
  // A string, so that no response schema of the route gets to serialise it.
  return reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem))
}
