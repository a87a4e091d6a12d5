import { usageReportSchema } from '@repo/contract/usage'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Admissions } from '../../chat/admission.ts'
import type { Config } from '../../config.ts'
import { Budgets } from '../../db/budgets.ts'
import type { Pool } from '../../db/database.ts'
import { usageOf } from '../../db/usage.ts'
import type { Presence } from '../../extension-points/presence.ts'
import { Limits } from '../../limits/limits.ts'
import type { LimitsOf } from '../../limits/personal-limits.ts'
import type { Models } from '../../provider/models.ts'

interface Services {
  readonly config: Config
  readonly pool: Pool
  readonly presence: Presence
  readonly models: Models
  readonly prompt: { readonly text: string }
  admissions: Admissions
  /** What differs for one visitor; absent: the same limits are for all. */
  readonly limitsOf?: LimitsOf
}

/** Rate and budgets in front of each question, and what a visitor has used of them. */
export const limitsAndUsage: FastifyPluginAsyncZod<Services> = async (app, services) => {
  const { config, pool, presence, models } = services
  const budgets = new Budgets(pool, presence, config.limits.dailyUsd)
  const limitsOf: LimitsOf = async (visitorId) => services.limitsOf?.(visitorId) ?? null
  const instructions = () => services.prompt.text
  const limits = new Limits(budgets, config, models, limitsOf, instructions, app.log)
  services.admissions = limits
  // When the prices are known, too.
  app.addHook('onReady', async () => {
    for (const warning of limits.warnings()) app.log.warn(warning)
  })
  presence.whenDead('reservation', (dead) => budgets.releaseOf(dead))
  app.addHook('onClose', limits.observe())

  const schema = {
    tags: ['usage'],
    summary: "The visitor's turns of today and of the last 30 days, and the limits with when they reset",
    description: 'Days are UTC. Turns are counted when they end, for the day on which they began.',
    response: { 200: usageReportSchema },
  }
  app.get('/api/usage', { schema }, async ({ visitorId }) => {
    const none = { today: [], days: [] }
    const [turns, state] = await Promise.all([visitorId ? usageOf(pool, visitorId) : none, limits.report(visitorId)])
    return { ...turns, limits: state }
  })
}
