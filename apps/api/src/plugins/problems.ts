import { STATUS_CODES } from 'node:http'
import type { Problem } from '@repo/contract/problem'
import { activeTraceId } from '@repo/telemetry/turn'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { isDatabaseUnavailable } from '../db/database.ts'

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

/** @throws {ProblemError} 404 unless there is something: a conversation of the visitor's own */
export function found<T>(something: T | null | false | ''): T {
  if (something) return something
  throw new ProblemError(404, 'conversation-not-found', 'There is no such conversation, or it is not yours.')
}

export function modelNotAllowed(models: readonly string[]): ProblemError {
  return new ProblemError(
    422,
    'model-not-allowed',
    `The model is not offered here. Choose one of: ${models.join(', ')}.`,
  )
}

/** Errors, unknown paths and methods become `application/problem+json`. A 5xx says nothing of what happened inside. */
export default fp(async (app) => {
  const routes: { path: RegExp; method: string }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    const path = new RegExp(`^${url.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
    for (const one of [method].flat()) routes.push({ path, method: one })
  })
  function nothingThere({ method, url }: FastifyRequest, reply: FastifyReply) {
    const [path = ''] = url.split('?', 1)
    const allowed = [...new Set(routes.filter((route) => route.path.test(path)).map((route) => route.method))].join(
      ', ',
    )
    const detail = `There is no ${method} ${path}. GET /docs lists what there is.`
    if (!allowed) return send(reply, new ProblemError(404, 'not-found', detail))
    return send(
      reply.header('allow', allowed),
      new ProblemError(405, 'method-not-allowed', `${detail} Here: ${allowed}.`),
    )
  }

  app.setErrorHandler((error: FastifyError, request, reply) => {
    if (request.is404) return nothingThere(request, reply) // whatever else is wrong with it
    const problem = toProblem(error)
    if (problem.status >= 500) request.log.error({ err: error }, 'request failed')
    return send(reply, problem)
  })
  app.setNotFoundHandler(nothingThere)
})

function toProblem(error: FastifyError): ProblemError {
  if (error instanceof ProblemError) return error
  if (hasZodFastifySchemaValidationErrors(error)) {
    const fields = error.validation.map(
      ({ instancePath, message }) =>
        `${instancePath.slice(1).replaceAll('/', '.') || error.validationContext}: ${message}`,
    )
    return new ProblemError(
      400,
      'invalid-request',
      `The ${error.validationContext} is not valid. ${fields.join('; ')}.`,
    )
  }
  if (isDatabaseUnavailable(error)) {
    return new ProblemError(
      503,
      'database-unavailable',
      'The database does not answer. Nothing was lost; try again in a moment.',
    )
  }
  const status = error.statusCode ?? 500
  if (status < 500) return new ProblemError(status, 'bad-request', error.message)
  return new ProblemError(500, 'internal', 'Something went wrong on our side. The trace id leads to what happened.')
}

function send(reply: FastifyReply, { status, type, message, retryAfterSeconds }: ProblemError) {
  const problem: Problem = {
    type,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    traceId: activeTraceId(),
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  }
  if (retryAfterSeconds) reply.header('retry-after', retryAfterSeconds)
  // A string, so that no response schema of the route gets to serialise it.
  return reply
    .status(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(JSON.stringify(problem))
}
