import { randomUUID } from 'node:crypto'
import cookie from '@fastify/cookie'
import fp from 'fastify-plugin'

const COOKIE = 'visitor'
const YEAR_SECONDS = 365 * 24 * 3600
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

declare module 'fastify' {
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
 * Who is asking: a signed cookie and no login. This is the one place to put a real one: set `visitorId` from a session
 * or a token, and everything else follows.
 */
export default fp(async (app, { secret }: { secret: string }) => {
  await app.register(cookie, { secret })
  app.decorateRequest('visitorId', null)
  app.decorateReply('ensureVisitor', function () {
    const { request } = this
    if (!request.visitorId) {
      request.visitorId = randomUUID()
      const options = {
        signed: true,
        httpOnly: true,
        sameSite: 'lax',
        path: '/',
        maxAge: YEAR_SECONDS,
        secure: 'auto',
      } as const
      this.setCookie(COOKIE, request.visitorId, options)
    }
    return request.visitorId
  })
  app.addHook('onRequest', async (request) => {
    const signed = request.cookies[COOKIE]
    const { valid, value } = signed ? request.unsignCookie(signed) : { valid: false, value: null }
    request.visitorId = valid && value && UUID.test(value) ? value : null
  })
})
