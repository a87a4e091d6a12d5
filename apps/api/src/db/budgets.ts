import { AsyncLocalStorage } from 'node:async_hooks'
import type { Presence } from '../extension-points/presence.ts'
import { isDatabaseUnavailable, type Pool } from './database.ts'
import {
  type AnswerRow,
  ASKED,
  type Asked,
  type AskedRow,
  answersJson,
  askCtes,
  askedOf,
  askValues,
  type Question,
  writeAnswers,
} from './messages.ts'

/** The scope of the budget that all visitors share. */
const EVERYBODY = '00000000-0000-0000-0000-000000000000'
const TODAY = `(now() at time zone 'utc')::date`
/** A minute, in which a visitor may ask as often as the rate says. */
const WINDOW = `interval '1 minute'`

/** What is asked for; amounts in USD. */
export interface Request extends Question {
  readonly maxContextMessages: number
  readonly perMinute: number
  /** USD, of the visitor; null: there is no such budget. */
  readonly dailyUsdPerVisitor: number | null
  /** Null: there is no budget, nothing is reserved. */
  readonly turnId: string | null
  /** What the first model call may cost. */
  readonly bound: {
    readonly perContextByte: number
    /** For each token that a picture in the context is at most. */
    readonly perImageToken: number
    /** For everything but the context. */
    readonly fixed: number
  }
}

export interface Granted extends Asked {
  readonly refused: null
  /** `YYYY-MM-DD`: the day that the turn counts for, whenever it ends. */
  readonly day: string
  /** What the first model call may cost; reserved, if there is a budget. */
  readonly boundUsd: number
}

export interface Refused {
  readonly refused: 'rate' | 'budget' | 'visitor_budget'
  /** Until the rate lets another question through. */
  readonly waitMs: number
  /** What could not be reserved. */
  readonly usd: number
}

export interface BudgetState {
  readonly spentUsd: number
  readonly reservedUsd: number
}

/** What a turn came to, for the sums of its day. Unknown counts are 0 here, and counted in the last two. */
export interface Bill {
  readonly turnId: string | null
  readonly day: string
  readonly visitorId: string
  readonly model: string
  readonly inputTokens: number
  readonly outputTokens: number
  readonly cachedInputTokens: number
  readonly reasoningTokens: number
  readonly costUsd: number
  /** Of the calls whose cost is unknown. */
  readonly estimatedUsd: number
  /** What the budgets are charged: the cost, and the estimate. */
  readonly chargedUsd: number
  readonly unmetered: boolean
  readonly unpriced: boolean
}

/** Takes `amount` into the budget of its day if it fits, under the row's lock: no two requests get the same money. */
const take = (scope: string, from: string, limit: string) => `
    insert into budget (day, scope, reserved_usd)
    select amount.day, ${scope}::uuid, usd from ${from} where usd <= ${limit}::numeric
    on conflict (day, scope) do update set reserved_usd = budget.reserved_usd + excluded.reserved_usd
    where budget.spent_usd < ${limit} and budget.spent_usd + budget.reserved_usd + excluded.reserved_usd <= ${limit}
    returning scope`

// Always the budget of all first, or two turns could wait for each other. What is held stands in `reservation`, also if
// only the first budget had room: it is given back from there.
// $1 turn, $2 writer, $3 visitor, $4 budget of all, $5 of the visitor (infinite: none).
const RESERVE = `
  everybody as (${take(`'${EVERYBODY}'`, 'amount', '$4')}
  ), own as (${take('$3', 'amount, everybody', '$5')}
  ), held as (
    insert into reservation (turn_id, writer, day, scopes, usd)
    select $1, $2, amount.day, everybody.scope || array(select scope from own), usd from everybody, amount
  )`

/** What the pictures of a message are at most; only questions have any. */
const IMAGE_TOKENS = `(
  select sum((part #>> '{providerMetadata,chat,tokens}')::int) from jsonb_array_elements(parts) as part
  where role = 'user' and part ->> 'type' = 'file')`

// One statement and one round trip: the rate, what the question is answered from, the reservation for it, and where all of
// that lets it in, the question. $6 microseconds between questions at the rate, $7 USD per byte of context, $8 USD beside
// that, $9 USD per token of its pictures, the question from $10.
//
// The rate is a bucket that a question fills by its interval and that empties with time: full at one minute.
const ADMIT = `
  with recursive rate as (
    insert into visitor_rate (visitor_id, busy_until) values ($3, now() + $6 * interval '1 microsecond')
    on conflict (visitor_id) do update
    set busy_until = greatest(visitor_rate.busy_until, now()) + $6 * interval '1 microsecond'
    where greatest(visitor_rate.busy_until, now()) + $6 * interval '1 microsecond' <= now() + ${WINDOW}
    returning busy_until
  ), bound as (
    select $7::numeric * coalesce(sum(octet_length(parts::text)), 0) + $8::numeric
      + $9::numeric * coalesce(sum(${IMAGE_TOKENS}), 0) as usd from path
  ), amount as (
    select usd, ${TODAY} as day from bound where $1::uuid is not null and exists (select from rate)
  ), ${RESERVE}, ${askCtes(10, 'exists (select from rate) and ($1::uuid is null or exists (select from own))')}
  select exists (select from rate) as rate, exists (select from everybody) as everybody, exists (select from own) as own,
    (select usd from bound) as usd, ${TODAY}::text as day,
    (select 1e3 * extract(epoch from busy_until + $6 * interval '1 microsecond' - now() - ${WINDOW})
      from visitor_rate where visitor_id = $3) as "waitMs",
    ${ASKED}`

const EXTEND = `
  with amount as (select $6::numeric as usd, $7::date as day), ${RESERVE}
  select exists (select from own) as fits`

const giveBack = (which: string) => `
  gone as (
    delete from reservation where ${which} returning day, scopes, usd
  )
  insert into budget (day, scope, reserved_usd)
  select day, scope, -sum(usd) from gone, unnest(scopes) as scope group by day, scope order by day, scope
  on conflict (day, scope) do update set reserved_usd = budget.reserved_usd + excluded.reserved_usd`

/** Of turns that end together; answers are written with them. $1 their bills, $2 their answers, both JSON. */
const BILLS = `
  bill as (
    select * from json_to_recordset($1) as bill (turn uuid, day date, visitor uuid, model text, input bigint,
      output bigint, cached bigint, reasoning bigint, cost numeric, estimated numeric, charged numeric,
      unmetered int, unpriced int)
  )`

// Done once, however often it is tried: what is held for a turn is given back only once. Without a budget nothing is held,
// and a turn whose answer was lost with the connection may be counted twice.
const settling = (answer = '', after = 'true') => `
  with ${BILLS}, ${answer} gone as (
    delete from reservation where turn_id in (select turn from bill) and ${after} returning turn_id, day, scopes, usd
  ), counted as (
    select * from bill where turn is null or exists (select from gone where turn_id = turn)
  ), used as (
    insert into usage (day, visitor_id, model, turns, input_tokens, output_tokens, cached_input_tokens,
      reasoning_tokens, cost_usd, unmetered, unpriced, estimated_usd)
    select day, visitor, model, count(*), sum(input), sum(output), sum(cached), sum(reasoning), sum(cost),
      sum(unmetered), sum(unpriced), sum(estimated)
    from counted group by day, visitor, model order by visitor, day, model
    on conflict (visitor_id, day, model) do update set turns = usage.turns + excluded.turns,
      input_tokens = usage.input_tokens + excluded.input_tokens,
      output_tokens = usage.output_tokens + excluded.output_tokens,
      cached_input_tokens = usage.cached_input_tokens + excluded.cached_input_tokens,
      reasoning_tokens = usage.reasoning_tokens + excluded.reasoning_tokens,
      cost_usd = usage.cost_usd + excluded.cost_usd,
      unmetered = usage.unmetered + excluded.unmetered,
      unpriced = usage.unpriced + excluded.unpriced,
      estimated_usd = usage.estimated_usd + excluded.estimated_usd
    returning 1
  )
  insert into budget (day, scope, spent_usd, reserved_usd)
  select day, scope, sum(spent), sum(reserved) from (
    select day, unnest(array['${EVERYBODY}', visitor]::uuid[]) as scope, charged as spent, 0 as reserved from counted
    union all
    select day, unnest(scopes), 0, -usd from gone
  ) as change where (select count(*) from used) >= 0 group by day, scope order by day, scope
  on conflict (day, scope) do update
  set spent_usd = budget.spent_usd + excluded.spent_usd, reserved_usd = budget.reserved_usd + excluded.reserved_usd`
const SETTLE = settling()
// All else first: the budget of all is locked for no longer than it must be.
const END = settling(`answer as (${writeAnswers('$2')}),`, '(select count(*) from answer) > 0')
/** Turns that are written in one statement. */
const MOST_TOGETHER = 50

/** A turn that has ended, and is to be written. */
interface Ending {
  readonly bill: Bill
  readonly answer: AnswerRow
  /** Runs in the context of its turn, whose trace its statement belongs to. */
  readonly inContext: <T>(run: () => T) => T
  readonly done: PromiseWithResolvers<void>
}

/** Rates, budgets and what is held in them; right across every process on the database. */
export class Budgets {
  readonly #pool: Pool
  readonly #presence: Presence
  readonly #everybody: number
  readonly #ended: Ending[] = []
  #isWriting = false

  /** @param dailyUsd of all visitors together; null: there is no such budget */
  constructor(pool: Pool, presence: Presence, dailyUsd: number | null) {
    this.#pool = pool
    this.#presence = presence
    this.#everybody = dailyUsd ?? Number.POSITIVE_INFINITY
  }

  /**
   * Counts a question against the rate, reserves what its first model call may cost, and stores it.
   * @throws {ForeignConversationError} nothing is stored or held
   */
  async admit({ turnId, bound, ...request }: Request): Promise<Granted | Refused> {
    interface Row extends AskedRow {
      rate: boolean
      everybody: boolean
      own: boolean
      usd: string
      day: string
      waitMs: string | null
    }
    const { rows } = await this.#pool.query<Row>({
      name: 'admit',
      text: ADMIT,
      values: [
        turnId,
        this.#presence.writer,
        request.visitorId,
        this.#everybody,
        request.dailyUsdPerVisitor ?? Number.POSITIVE_INFINITY,
        Math.floor(60_000_000 / request.perMinute),
        bound.perContextByte,
        bound.fixed,
        bound.perImageToken,
        ...askValues(request, request.maxContextMessages),
      ],
    })
    const [first] = rows
    if (!first) throw new Error('a statement that always has a row had none')
    const usd = Number(first.usd)
    if (!first.rate) return { refused: 'rate', waitMs: Number(first.waitMs), usd }
    if (turnId && !first.own) {
      if (first.everybody) await this.release(turnId)
      return { refused: first.everybody ? 'visitor_budget' : 'budget', waitMs: 0, usd }
    }
    if (turnId && !first.asked) await this.release(turnId)
    return { refused: null, day: first.day, ...askedOf(rows), boundUsd: usd }
  }

  /** Reserves more for a turn that has begun. @returns whether there was room */
  async extend(
    turnId: string,
    visitorId: string,
    day: string,
    usd: number,
    dailyUsdPerVisitor: number | null,
  ): Promise<boolean> {
    const limits = [this.#everybody, dailyUsdPerVisitor ?? Number.POSITIVE_INFINITY]
    const values = [turnId, this.#presence.writer, visitorId, ...limits, usd, day]
    const { rows } = await this.#pool.query<{ fits: boolean }>({ name: 'extend', text: EXTEND, values })
    return rows[0]?.fits === true
  }

  /** Gives back what is held for a turn that is not going to happen. */
  async release(turnId: string): Promise<void> {
    await this.#pool.query({ name: 'release', text: `with ${giveBack('turn_id = $1')}`, values: [turnId] })
  }

  /** Gives back what these processes held. */
  async releaseOf(dead: readonly number[]): Promise<void> {
    await this.#pool.query(`with ${giveBack('writer = any($1)')}`, [dead])
  }

  /** Gives back what dead processes held. @returns in how many budgets */
  async releaseAbandoned(): Promise<number> {
    const text = `with ${this.#presence.deadIn('reservation')}, ${giveBack('writer in (select writer from dead)')}`
    return (await this.#pool.query(text)).rowCount ?? 0
  }

  /**
   * Ends a turn: stores its answer, gives its reservation back, charges what it cost, and counts it. Turns that end while
   * others are being written are written together, in one statement: the budget of all is locked once for all of them.
   */
  settle(bill: Bill, answer: AnswerRow): Promise<void> {
    const done = Promise.withResolvers<void>()
    this.#ended.push({ bill, answer, inContext: AsyncLocalStorage.snapshot(), done })
    if (!this.#isWriting) void this.#writeEnded()
    return done.promise
  }

  async #writeEnded(): Promise<void> {
    this.#isWriting = true
    while (this.#ended.length > 0) {
      const together = this.#ended.splice(0, MOST_TOGETHER)
      await together[0]?.inContext(() => this.#end(together))
    }
    this.#isWriting = false
  }

  async #end(together: readonly Ending[]): Promise<void> {
    const bills = JSON.stringify(together.map(({ bill }) => columnsOf(bill)))
    try {
      const answers = answersJson(together.map(({ answer }) => answer))
      await this.#pool.query({ name: 'end', text: END, values: [bills, answers] })
      for (const { done } of together) done.resolve()
    } catch (error) {
      const isAway = isDatabaseUnavailable(error)
      // One that cannot be written must not keep the others from it.
      if (together.length > 1 && !isAway) for (const one of together) await this.#end([one])
      else {
        // An answer that cannot be stored is paid for all the same.
        if (!isAway) await this.#pool.query({ name: 'settle', text: SETTLE, values: [bills] }).catch(() => {})
        for (const { done } of together) done.reject(error)
      }
    }
  }

  /** Today's budget of all, and of a visitor. */
  async today(visitorId: string | null): Promise<{ everybody: BudgetState; visitor: BudgetState }> {
    interface Row {
      scope: string
      spent: string
      reserved: string
    }
    const { rows } = await this.#pool.query<Row>({
      name: 'budgets',
      text: `select scope, spent_usd as spent, reserved_usd as reserved from budget
        where day = ${TODAY} and scope in ('${EVERYBODY}', $1)`,
      values: [visitorId],
    })
    const of = (scope: string | null) => {
      const row = rows.find((row) => row.scope === scope)
      return { spentUsd: Number(row?.spent ?? 0), reservedUsd: Number(row?.reserved ?? 0) }
    }
    return { everybody: of(EVERYBODY), visitor: of(visitorId) }
  }

  /** Milliseconds that a visitor's bucket takes to empty: 0 for one who has not asked lately, 60,000 when it is full. */
  async rateMs(visitorId: string): Promise<number> {
    const { rows } = await this.#pool.query<{ ms: string }>({
      name: 'rate',
      text: `select greatest(0, 1e3 * extract(epoch from busy_until - now())) as ms from visitor_rate where visitor_id = $1`,
      values: [visitorId],
    })
    return Number(rows[0]?.ms ?? 0)
  }
}

/** As `BILLS` reads it. */
function columnsOf(bill: Bill) {
  return {
    ...{ turn: bill.turnId, day: bill.day, visitor: bill.visitorId, model: bill.model },
    ...{ input: bill.inputTokens, output: bill.outputTokens },
    ...{ cached: bill.cachedInputTokens, reasoning: bill.reasoningTokens },
    ...{ cost: bill.costUsd, estimated: bill.estimatedUsd, charged: bill.chargedUsd },
    ...{ unmetered: Number(bill.unmetered), unpriced: Number(bill.unpriced) },
  }
}
