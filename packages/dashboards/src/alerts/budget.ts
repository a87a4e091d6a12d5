import { attribute, metric } from '@repo/telemetry/catalogue'
import { label, seriesName } from '../series.ts'
import { environment, increase } from './promql.ts'
import type { Alert, Group, PanelRef, Recording } from './rule.ts'

const panel: PanelRef = { board: 'llm-cost', title: 'Spent, forecast and limit' }
/** Budgets are the database's days: midnight UTC. */
const SECONDS_LEFT_TODAY = '(86400 - time() % 86400)'

/** Every process reports the same numbers. */
const limit: Recording = {
  record: 'chat:budget_limit:max',
  expr: `max by (${environment}) (${seriesName(metric.budgetLimit)})`,
}
const spent: Recording = {
  record: 'chat:budget_spent:max',
  expr: `max by (${environment}) (${seriesName(metric.budgetSpent)})`,
}
const share = `${spent.record} / ${limit.record}`

/** Clamped: at midnight, spending falls back to 0. */
const forecast: Alert = {
  alert: 'BudgetForecastExceeded',
  expr: [
    `(${spent.record} + clamp_min(deriv(${spent.record}[1h]), 0) * ${SECONDS_LEFT_TODAY}) / ${limit.record} > 1`,
    `and ${share} > 0.2`, // what a day's first answers foretell is worth nothing
  ].join('\n'),
  for: '10m',
  severity: 'ticket',
  summary: "Today's budget will not last until midnight UTC",
  description:
    "At the pace of the last hour, {{ $value | humanizePercentage }} of today's budget will be spent by midnight UTC.",
  panel,
}

const nearlySpent: Alert = {
  alert: 'BudgetNearlySpent',
  expr: `${share} > 0.9`,
  severity: 'ticket',
  summary: "Today's budget is nearly spent",
  description:
    "{{ $value | humanizePercentage }} of today's budget is spent. Once it is, turns are refused until midnight UTC.",
  panel,
}

const rejections = `${seriesName(metric.rejections)}{${label(attribute.rejectionReason)}="budget"}`
/** Refusals begin before the last cent is gone: each turn reserves what it may cost, and what runs has not paid yet. */
const exhausted: Alert = {
  alert: 'BudgetSpent',
  expr: [`${share} >= 1`, `or ${share} and on (${environment}) ${increase(rejections, '5m')} > 0`].join('\n'),
  severity: 'page',
  summary: "Turns are refused: today's budget is spent or reserved",
  description:
    "{{ $value | humanizePercentage }} of today's budget is spent. The rest is too little for another turn, or reserved by turns that run.",
  panel,
}

export const budgetGroup: Group = { name: 'budget', rules: [limit, spent, forecast, nearlySpent, exhausted] }
