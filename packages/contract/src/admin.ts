import { z } from 'zod'
import { sumsSchema } from './usage.ts'

const common = z.null().describe('The common limit.')
const none = z.literal('unlimited')

/** What an administrator sets for one person. */
export const personalLimitsSchema = z.object({
  dailyUsd: z.union([common, none, z.number().min(0.01).max(1_000_000)]).describe('A day (UTC).'),
  perMinute: z.union([common, none, z.int().min(1).max(1_000_000)]),
  isBlocked: z.boolean().describe('Nothing is answered any more; what there is stays readable.'),
})
export type PersonLimits = z.infer<typeof personalLimitsSchema>

const personSchema = sumsSchema.extend({
  id: z.uuid(),
  name: z.string(),
  email: z.string().nullable(),
  loginAt: z.iso.datetime().describe('Of the last login.'),
  limits: personalLimitsSchema,
})
export type Person = z.infer<typeof personSchema>

const changeSchema = z.object({
  at: z.iso.datetime(),
  admin: z.string(),
  person: z.string(),
  what: z.enum(['dailyUsd', 'perMinute', 'isBlocked']),
  from: z.string(),
  to: z.string(),
})

/** `GET /api/admin`: who spends, and what was changed. Nothing of what people wrote. */
export const adminReportSchema = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  /** Of everybody, whatever is searched. */
  total: sumsSchema,
  /** Of visitors from before the login, who have no account. */
  withoutAccount: sumsSchema,
  models: z.array(sumsSchema.extend({ model: z.string() })),
  days: z.array(sumsSchema.extend({ date: z.iso.date() })),
  /** The most expensive first, at most 200. */
  people: z.array(personSchema),
  /** How many were found. */
  found: z.int().nonnegative(),
  common: z.object({ dailyUsd: z.number().nullable(), perMinute: z.int() }),
  /** The newest first, at most 100. */
  changes: z.array(changeSchema),
})
export type AdminReport = z.infer<typeof adminReportSchema>
