import type { UsageReport } from '@repo/contract/usage'
import type { Pool } from './database.ts'

const DAYS = `
  select day::text as date, model, turns::int, input_tokens::float8 as "inputTokens",
    output_tokens::float8 as "outputTokens", cached_input_tokens::float8 as "cachedInputTokens",
    reasoning_tokens::float8 as "reasoningTokens", cost_usd::float8 as "costUsd", unmetered::int, unpriced::int,
    estimated_usd::float8 as "estimatedUsd",
    day = (now() at time zone 'utc')::date as "isToday"
  from usage where visitor_id = $1 and day > (now() at time zone 'utc')::date - 30
  order by day, model`

/** A visitor's own turns of the last 30 days (UTC), by day and model. */
export async function usageOf(pool: Pool, visitorId: string): Promise<Pick<UsageReport, 'today' | 'days'>> {
  type Row = UsageReport['days'][number] & { isToday: boolean }
  const { rows } = await pool.query<Row>({ name: 'usage', text: DAYS, values: [visitorId] })
  const days = rows.map(({ isToday: _, ...day }) => day)
  const today = rows.flatMap(({ isToday, date: _, ...sums }) => (isToday ? [sums] : []))
  return { today, days }
}
