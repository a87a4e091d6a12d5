import { adminReportSchema, personalLimitsSchema } from '@repo/contract/admin'
import { problemSchema } from '@repo/contract/problem'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Config } from '../../config.ts'
import { AccountLimits } from '../../db/admin/account-limits.ts'
import { type Period, Spending } from '../../db/admin/spending.ts'
import type { Pool } from '../../db/database.ts'
import { storable } from '../../db/storable.ts'
import type { LimitsOf } from '../../limits/personal-limits.ts'
import { ProblemError } from '../../plugins/problems.ts'
import { parseLogin } from '../login/login-settings.ts'
import { csv } from './csv.ts'

interface Services {
  readonly config: Config
  readonly pool: Pool
  limitsOf?: LimitsOf
}

const HEADINGS = ['day', 'name', 'email', 'model', 'turns', 'input_tokens', 'output_tokens', 'cost_usd']
const MORE_HEADINGS = ['estimated_usd', 'turns_of_unknown_cost']
const DAY_MS = 24 * 3600_000
const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10)

const periodSchema = z.object({
  from: z.iso.date().optional().describe('A day (UTC); absent: 29 days ago.'),
  to: z.iso.date().optional().describe('Included; absent: today.'),
})
const periodOf = ({ from = dayBefore(29), to = dayBefore(0) }: z.infer<typeof periodSchema>): Period => ({ from, to })

/** Who spends what, and limits of single people: for `ADMIN_EMAILS`. For all others there is no such route. */
export const admin: FastifyPluginAsyncZod<Services> = async (app, services) => {
  if (!parseLogin(process.env)?.adminEmails.size) return
  const { config, pool } = services
  const limits = new AccountLimits(pool)
  services.limitsOf = async (accountId) => {
    const own = await limits.of(accountId)
    const number = (value: number | 'unlimited' | null) => (value === 'unlimited' ? Number.POSITIVE_INFINITY : value)
    return own && { ...own, dailyUsd: number(own.dailyUsd), perMinute: number(own.perMinute) }
  }
  app.addHook('onReady', async () => {
    const { refusals } = app.visitors
    app.visitors.refusals = (url, method) => [...refusals(url, method), ...(url === '/api/chat' ? [403] : [])]
  })
  await app.register(adminRoutes, { config, limits, spending: new Spending(pool) })
}

interface Options {
  readonly config: Config
  readonly limits: AccountLimits
  readonly spending: Spending
}

const adminRoutes: FastifyPluginAsyncZod<Options> = async (app, { config, limits, spending }) => {
  // Before anything of the request is looked at: who may not see it learns nothing of it.
  app.addHook('onRequest', async (request) => {
    if (!request.account?.isAdmin) throw app.nothingAt(request)
  })
  const tags = ['admin']

  app.get(
    '/api/admin',
    {
      schema: {
        tags,
        summary: 'Spend by person, model and day, and what was changed',
        querystring: periodSchema.extend({
          search: z
            .string()
            .trim()
            .max(200)
            .transform(storable)
            .default('')
            .describe('In the name or the e-mail address of people.'),
        }),
        response: { 200: adminReportSchema, 404: problemSchema },
      },
    },
    async ({ query }) => {
      const period = periodOf(query)
      const { dailyUsdPerVisitor: dailyUsd, perMinute } = config.limits
      return { ...period, ...(await spending.report(period, query.search)), common: { dailyUsd, perMinute } }
    },
  )

  app.get(
    '/api/admin/spending.csv',
    {
      schema: {
        tags,
        summary: 'Spend by day, person and model, for a spreadsheet',
        querystring: periodSchema,
        response: { 200: { content: { 'text/csv': { schema: z.string() } } }, 404: problemSchema },
      },
    },
    async ({ query }, reply) => {
      const period = periodOf(query)
      const file = csv([[...HEADINGS, ...MORE_HEADINGS], ...(await spending.rows(period))])
      return reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="spending-${period.from}-${period.to}.csv"`)
        .send(file)
    },
  )

  app.patch(
    '/api/admin/people/:id',
    {
      schema: {
        tags,
        summary: "Sets or lifts a person's limits, or blocks them",
        description: 'It holds from the next question on, in every process. Each value that changes is written down.',
        params: z.object({ id: z.uuid() }),
        body: personalLimitsSchema.partial().strict(),
        response: { 200: personalLimitsSchema, 404: problemSchema },
      },
    },
    async ({ account, params, body }) => {
      const by = { id: account?.id ?? '', name: account?.email ?? '' }
      const now = await limits.change(params.id, body, by)
      if (!now) throw new ProblemError(404, 'person-not-found', 'There is no such person.')
      return now
    },
  )
}
