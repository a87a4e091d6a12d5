import { problemSchema } from '@repo/contract/problem'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Account, Accounts } from '../../db/accounts/accounts.ts'
import type { Pool } from '../../db/database.ts'
import { ProblemError } from '../../plugins/problems.ts'
import { idInCookie } from '../../plugins/visitor.ts'
import { type LoginSettings, parseLogin } from './login-settings.ts'
import { accountOfProxy } from './proxy.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is logged in; null: there is no login, or the route needs none. */
    account: (Account & { readonly isAdmin: boolean }) | null
  }
}

/** What says how the service is, and what it is; everything else is for people who are logged in. */
const OPEN = /^\/(health|ready|openapi\.json|docs|api\/log(in|out))(\/|$)/

const accountSchema = z.object({
  name: z.string(),
  isAdmin: z.boolean().describe('Whether `/api/admin` answers.'),
  canLogOut: z.boolean().describe('False: a proxy in front of the application logs people in, and out.'),
})

/** People log in; each has an account in the place of a visitor. Off without its variables. */
export const login: FastifyPluginAsyncZod<{ pool: Pool }> = async (app, { pool }) => {
  const settings = parseLogin(process.env)
  if (!settings) return
  const accounts = new Accounts(pool)
  const find = settings.proxy
    ? (request: FastifyRequest) => accountOfProxy(request, settings.proxy, accounts)
    : async (request: FastifyRequest) => {
        const id = idInCookie(request)
        return id && accounts.ofSession(id)
      }
  guard(app, settings, find)

  app.get(
    '/api/account',
    { schema: { tags: ['login'], summary: 'Who is logged in', response: { 200: accountSchema, 401: problemSchema } } },
    async ({ account }) => ({
      name: account?.name ?? account?.email ?? '',
      isAdmin: account?.isAdmin === true,
      canLogOut: settings.oidc !== null,
    }),
  )
  if (settings.oidc) {
    const { oidcRoutes } = await import('./oidc-routes.ts') // only here: a client that most do without
    await app.register(oidcRoutes, { settings: settings.oidc, accounts })
  }
}

/** Nobody gets further than `OPEN` without an account. */
function guard(
  app: FastifyInstance,
  { oidc, adminEmails }: LoginSettings,
  find: (request: FastifyRequest) => Promise<Account | null | ''>,
): void {
  const detail = oidc
    ? `Log in first, at ${oidc.publicUrl}/api/login.`
    : 'Who asks has to come through the proxy that logs people in; this request did not, or it names nobody.'
  app.decorateRequest('account', null)
  app.visitors = {
    async of(request) {
      if (request.is404 || OPEN.test(request.routeOptions.url ?? '')) return idInCookie(request)
      const account = await find(request)
      if (!account) throw new ProblemError(401, 'login-required', detail)
      const { email, emailVerified } = account
      request.account = { ...account, isAdmin: emailVerified && adminEmails.has(email ?? '') }
      return account.id
    },
    refusals: (url) => (OPEN.test(url) ? [] : [401]),
  }
}
