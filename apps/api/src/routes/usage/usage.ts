import { type UsageReport, usageReportSchema } from '@repo/contract/usage'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Limits } from '../../limits/limits.ts'

interface Options {
  limits: Limits
  usageOf: (visitorId: string) => Promise<Pick<UsageReport, 'today' | 'days'>>
}

export const usageRoutes: FastifyPluginAsyncZod<Options> = async (app, { limits, usageOf }) => {
  const schema = {
    tags: ['usage'],
    summary: "The visitor's turns of today and of the last 30 days, and the limits with when they reset",
    description: 'Days are UTC. Turns are counted when they end, for the day on which they began.',
    response: { 200: usageReportSchema },
  }
  app.get('/api/usage', { schema }, async ({ visitorId }) => {
    const none = { today: [], days: [] }
    const [turns, state] = await Promise.all([visitorId ? usageOf(visitorId) : none, limits.report(visitorId)])
    return { ...turns, limits: state }
  })
}
