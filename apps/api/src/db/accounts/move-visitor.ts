const BEFORE = `any(array(select visitor_id from moved_visitor where account_id = $1))`

const sums = [
  ...['turns', 'input_tokens', 'output_tokens', 'cached_input_tokens', 'reasoning_tokens'],
  ...['cost_usd', 'unmetered', 'unpriced', 'estimated_usd'],
]
const each = (of: (column: string) => string) => sums.map(of).join(', ')

/**
 * Gives an account ($1) what the visitors had that it was before. In the tables of features that may be gone, too: their
 * migrations stay. What a running turn holds of a budget stays with the visitor, where the turn gives it back; what it
 * then costs is moved at the account's next login.
 */
export const MOVE = [
  `update conversation set visitor_id = $1 where visitor_id = ${BEFORE}`,
  `update attachment set visitor_id = $1 where visitor_id = ${BEFORE}`,
  `with gone as (
    delete from usage where visitor_id = ${BEFORE} returning *
  )
  insert into usage (visitor_id, day, model, ${sums})
  select $1, day, model, ${each((column) => `sum(${column})`)} from gone group by day, model
  on conflict (visitor_id, day, model) do update set ${each((column) => `${column} = usage.${column} + excluded.${column}`)}`,
  `with held as (
    select day, scope, spent_usd from budget where scope = ${BEFORE} and spent_usd <> 0 for update
  ), emptied as (
    update budget set spent_usd = 0 from held where budget.day = held.day and budget.scope = held.scope
  )
  insert into budget (day, scope, spent_usd) select day, $1, sum(spent_usd) from held group by day
  on conflict (day, scope) do update set spent_usd = budget.spent_usd + excluded.spent_usd`,
  `with gone as (
    delete from visitor_rate where visitor_id = ${BEFORE} returning busy_until
  )
  insert into visitor_rate (visitor_id, busy_until) select $1, max(busy_until) from gone having count(*) > 0
  on conflict (visitor_id) do update set busy_until = greatest(visitor_rate.busy_until, excluded.busy_until)`,
]
