import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'

const COOKIE = 'visitor'
const YEAR_SECONDS = 365 * 24 * 3600
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

interface Visitors {
  /** Null: somebody who has not asked anything yet. @throws {ProblemError} for who may not ask */
  of(request: FastifyRequest): string | null | Promise<string | null>
  /** Statuses of what it throws, by the route's URL and method. */
  refusals(url: string, method: string): readonly number[]
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Who is asking. A feature may take its place. */
    visitors: Visitors
  }
  interface FastifyRequest {
    /** The visitor's UUID, or null for somebody who has not asked anything yet. */
    visitorId: string | null
  }
  interface FastifyReply {
    /** The request's visitor; makes one, and sets its cookie, if there is none. */
    ensureVisitor(): string
  }
}

/**
 * Who is asking: a signed cookie and no login. This is the one place to put a real one: set `app.visitors`, as
 * routes/login does, and everything else follows.
 */
export default fp(async (app, { secret }: { secret: string }) => {
  await app.register(cookie, { secret })
  app.decorate<Visitors>('visitors', { of: idInCookie, refusals: () => [] })
  app.decorateRequest('visitorId', null)
  app.decorateReply('ensureVisitor', function () {
    const { request } = this
    if (!request.visitorId) {
      request.visitorId = randomUUID()
      keepId(this, request.visitorId, YEAR_SECONDS)
    }
    return request.visitorId
  })
  app.addHook('onRequest', async (request) => {
    request.visitorId = await app.visitors.of(request)
  })
})

/** What the browser was given to keep, unless somebody else has signed it. */
export function idInCookie(request: FastifyRequest): string | null {
  const signed = request.cookies[COOKIE]
  const { valid, value } = signed ? request.unsignCookie(signed) : { valid: false, value: null }
  return valid && value && UUID.test(value) ? value : null
}

/** Behind a proxy with TLS, a request comes over HTTP all the same. */
const isPublicSecure = () => process.env.PUBLIC_URL?.startsWith('https:') || 'auto'

/** Gives the browser a UUID to keep, out of reach of scripts, in the place of the one that it had. */
export function keepId(
  reply: FastifyReply,
  id: string,
  maxAge: number,
  secure: boolean | 'auto' = isPublicSecure(),
): void {
  reply.setCookie(COOKIE, id, { signed: true, httpOnly: true, sameSite: 'lax', path: '/', maxAge, secure })
}
