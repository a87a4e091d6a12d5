import { z } from 'zod'

/** Sums over turns. A turn whose usage or price is unknown is counted in `turns` and in `unmetered` or `unpriced`. */
export const sumsSchema = z.object({
  turns: z.int().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  cachedInputTokens: z.int().nonnegative(),
  reasoningTokens: z.int().nonnegative(),
  costUsd: z.number().nonnegative(),
  unmetered: z.int().nonnegative(),
  unpriced: z.int().nonnegative(),
  /** What the budgets were charged for turns whose cost is unknown, beside `costUsd`. */
  estimatedUsd: z.number().nonnegative(),
})

const budgetSchema = z.object({
  limitUsd: z.number().positive(),
  spentUsd: z.number().nonnegative(),
  /** Held back for answers that are being written now. */
  reservedUsd: z.number().nonnegative(),
  resetsAt: z.iso.datetime().describe('The next midnight UTC.'),
})

/** `GET /api/usage`: the visitor's own turns, and the limits that apply to it. A limit that is not set is null. */
export const usageReportSchema = z.object({
  today: z.array(sumsSchema.extend({ model: z.string() })),
  /** The last 30 days, today included, oldest first; days without turns are left out. */
  days: z.array(sumsSchema.extend({ date: z.iso.date(), model: z.string() })),
  limits: z.object({
    rate: z.object({
      perMinute: z.int().positive(),
      remaining: z.int().nonnegative(),
      /** When one more turn is possible again; null: now. */
      resetsAt: z.iso.datetime().nullable(),
    }),
    /** Of all visitors together: the share that is gone is told, not who spent it. */
    budget: budgetSchema.nullable(),
    visitorBudget: budgetSchema.nullable(),
    maxMessageChars: z.int().positive(),
  }),
})
export type UsageReport = z.infer<typeof usageReportSchema>
