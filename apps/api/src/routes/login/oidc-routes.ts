import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Accounts } from '../../db/accounts/accounts.ts'
import { idInCookie, keepId } from '../../plugins/visitor.ts'
import { type Attempt, Issuer } from './issuer.ts'
import type { OidcSettings } from './login-settings.ts'

const ATTEMPT_SECONDS = 600
const ATTEMPT = 'login'
/** What the page shows at once, in place of a name that would come later (apps/web/features/login). */
const NAME = 'ui-account'

const attemptSchema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  until: z.number(),
})

const tags = ['login']
const onward = (description: string) => ({ 303: z.null().describe(description) })

/**
 * Authorization code with PKCE. Whatever goes wrong ends on the page, with a word why: nobody is left with an address
 * that holds a code.
 */
export const oidcRoutes: FastifyPluginAsyncZod<{ settings: OidcSettings; accounts: Accounts }> = async (
  app,
  { settings, accounts },
) => {
  const { publicUrl, sessionHours } = settings
  const issuer = new Issuer(settings)
  const secure = publicUrl.startsWith('https:')
  const options = { path: '/', sameSite: 'lax', httpOnly: true, secure } as const
  const attemptOptions = { ...options, path: '/api/login' }
  const back = (reply: FastifyReply, why: 'denied' | 'again' | 'failed') =>
    reply.redirect(`${publicUrl}/?login=${why}`, 303)

  app.get(
    '/api/login',
    {
      schema: {
        tags,
        summary: 'Begins a login',
        querystring: z.object({ to: z.string().max(2000).default('/').describe('The path to come back to.') }),
        response: onward('To the issuer.'),
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store')
      try {
        const { url, attempt } = await issuer.begin()
        const kept = {
          ...attempt,
          to: ownAddress(request.query.to, publicUrl),
          until: Date.now() + ATTEMPT_SECONDS * 1e3,
        }
        const value = JSON.stringify(kept)
        reply.setCookie(ATTEMPT, value, { ...attemptOptions, signed: true, maxAge: ATTEMPT_SECONDS })
        return reply.redirect(url.href, 303)
      } catch (error) {
        request.log.warn('the issuer (OIDC_ISSUER) cannot be asked: %s', reasonOf(error))
        return back(reply, 'failed')
      }
    },
  )

  app.get(
    '/api/login/callback',
    {
      schema: {
        tags,
        summary: 'Where the issuer sends the browser back to',
        description: 'Not called by hand: it needs the state and the code of a login that this browser has begun.',
        response: onward('To the page, logged in or told why not.'),
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store').clearCookie(ATTEMPT, attemptOptions)
      const begun = readAttempt(request)
      if (!begun) return back(reply, 'again')
      const { search, searchParams } = new URL(request.url, publicUrl)
      try {
        if (searchParams.get('state') !== begun.state) return back(reply, 'again')
        const identity = await issuer.complete(search, begun)
        const { account, sessionId } = await accounts.logIn(identity, idInCookie(request), sessionHours)
        const maxAge = sessionHours * 3600
        keepId(reply, sessionId, maxAge, secure)
        reply.setCookie(NAME, account.name ?? account.email ?? '', { ...options, maxAge })
        return reply.redirect(begun.to, 303)
      } catch (error) {
        const reason = reasonOf(error)
        request.log.warn('a login failed: %s', reason)
        return back(reply, reason === 'access_denied' ? 'denied' : 'failed')
      }
    },
  )

  app.post(
    '/api/logout',
    {
      schema: {
        tags,
        summary: 'Ends the session',
        description: 'A page of another site cannot: the cookie does not come with its requests.',
        response: { 200: z.object({ url: z.url().describe('Where to go next: to the issuer, if it ends its own.') }) },
      },
    },
    async (request, reply) => {
      const id = idInCookie(request)
      if (id) await accounts.logOut(id)
      reply.clearCookie('visitor', options).clearCookie(NAME, options)
      return { url: (id && (await issuer.end())) || `${publicUrl}/` }
    },
  )
}

function readAttempt(request: FastifyRequest): (Attempt & { to: string }) | null {
  const cookie = request.cookies[ATTEMPT]
  const { valid, value } = cookie ? request.unsignCookie(cookie) : { valid: false, value: null }
  // The API signs other cookies, too, which could be put in this one's place.
  if (!valid || !value?.startsWith('{')) return null
  const attempt = attemptSchema.parse(JSON.parse(value))
  return attempt.until > Date.now() ? attempt : null
}

/**
 * The whole address, never a path alone: `//elsewhere.example` looks like one. What is not a page of ours is the first.
 * @internal exported for its test
 */
export function ownAddress(to: string, publicUrl: string): string {
  const home = `${publicUrl}/`
  const url = URL.canParse(to, home) ? new URL(to, home) : new URL(home)
  const isOwn = to.startsWith('/') && url.origin === new URL(home).origin && !url.pathname.startsWith('/api/')
  return isOwn ? url.href : home
}

/** A word of the protocol or of the client, never a sentence: those quote what was sent. */
function reasonOf(error: unknown): string {
  const { error: word, code, name } = error as { error?: unknown; code?: unknown; name?: unknown }
  const known = [word, code, name].find((one) => typeof one === 'string' && /^\w{1,60}$/.test(one))
  return String(known ?? 'unknown')
}
