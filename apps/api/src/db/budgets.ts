import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
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
const take = (scope: string, from: string, limit: string, onlyIf = 'true') => `
    insert into budget (day, scope, reserved_usd)
    select amount.day, ${scope}::uuid, usd from ${from} where usd <= ${limit}::numeric and ${onlyIf}
    on conflict (day, scope) do update set reserved_usd = budget.reserved_usd + excluded.reserved_usd
    where budget.spent_usd < ${limit} and budget.spent_usd + budget.reserved_usd + excluded.reserved_usd <= ${limit}
    returning scope`

// Always the budget of all first, or two turns could wait for each other. What is held stands in `reservation`, also if
// only the first budget had room: it is given back from there. What comes out of an allotment is held by that.
// $1 turn, $2 writer, $3 visitor, $4 budget of all, $5 of the visitor (infinite: none).
const reserving = (allotment = 'null', share = '0') => `
  allotted as materialized (
    select '${EVERYBODY}'::uuid as scope from reservation, amount
    where turn_id = ${allotment}::uuid and reservation.day = amount.day and amount.usd <= ${share}::numeric
    for key share of reservation
  ), taken as (${take(`'${EVERYBODY}'`, 'amount', '$4', `${allotment}::uuid is null`)}
  ), everybody as (
    select scope from allotted union all select scope from taken
  ), own as (${take('$3', 'amount, everybody', '$5')}
  ), held as (
    insert into reservation (turn_id, writer, day, scopes, usd)
    select $1, $2, amount.day, array(select scope from taken) || array(select scope from own), usd from everybody, amount
  )`

/** Of what there is room for. */
const ALLOTTED_TURNS = 32
const ALLOTTED_SHARE = 8
// $1 its id, $2 writer, $3 budget of all, $4 USD for one turn.
const ALLOT = `
  with room as (
    select ${TODAY} as day, $3::numeric - coalesce((
      select spent_usd + reserved_usd from budget where day = ${TODAY} and scope = '${EVERYBODY}'), 0) as usd
  ), amount as (
    select day, least($4::numeric * ${ALLOTTED_TURNS}, room.usd / ${ALLOTTED_SHARE}) as usd from room
    where room.usd / ${ALLOTTED_SHARE} > 2 * $4::numeric
  ), everybody as (${take(`'${EVERYBODY}'`, 'amount', '$3')}
  )
  insert into reservation (turn_id, writer, day, scopes, usd)
  select $1, $2, amount.day, array[everybody.scope], usd from everybody, amount returning usd`

/** What the pictures of a message are at most; only questions have any. */
const IMAGE_TOKENS = `(
  select sum((part #>> '{providerMetadata,chat,tokens}')::int) from jsonb_array_elements(parts) as part
  where role = 'user' and part ->> 'type' = 'file')`

// One statement and one round trip: the rate, what the question is answered from, the reservation for it, and where all of
// that lets it in, the question. $6 microseconds between questions at the rate, $7 USD per byte of context, $8 USD beside
// that, $9 USD per token of its pictures, the question from $10, $19 an allotment and $20 the turn's share of it.
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
  ), ${reserving('$19', '$20')}, ${askCtes(10, 'exists (select from rate) and ($1::uuid is null or exists (select from own))')}
  select exists (select from rate) as rate, exists (select from everybody) as everybody, exists (select from own) as own,
    (select usd from bound) as usd, ${TODAY}::text as day,
    (select 1e3 * extract(epoch from busy_until + $6 * interval '1 microsecond' - now() - ${WINDOW})
      from visitor_rate where visitor_id = $3) as "waitMs",
    ${ASKED}`

const EXTEND = `
  with amount as (select $6::numeric as usd, $7::date as day), ${reserving()}
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
      unmetered int, unpriced int, allotment uuid)
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
  ), paid as (
    select allotment, sum(least(charged, (
      select sum(usd) from gone where turn_id = turn and not scopes @> array['${EVERYBODY}'::uuid]))) as usd
    from counted where allotment is not null group by allotment
  ), shrunk as (
    update reservation set usd = reservation.usd - paid.usd from paid where turn_id = allotment
    returning day, paid.usd
  )
  insert into budget (day, scope, spent_usd, reserved_usd)
  select day, scope, sum(spent), sum(reserved) from (
    select day, unnest(array['${EVERYBODY}', visitor]::uuid[]) as scope, charged as spent, 0 as reserved from counted
    union all
    select day, unnest(scopes), 0, -usd from gone
    union all
    select day, '${EVERYBODY}', 0, -usd from shrunk
  ) as change where (select count(*) from used) >= 0 group by day, scope order by day, scope
  on conflict (day, scope) do update
  set spent_usd = budget.spent_usd + excluded.spent_usd, reserved_usd = budget.reserved_usd + excluded.reserved_usd`
const SETTLE = settling()
// All else first: the budget of all is locked for no longer than it must be.
const END = settling(`answer as (${writeAnswers('$2')}),`, '(select count(*) from answer) > 0')
/** Turns that are written in one statement. */
const MOST_TOGETHER = 50

/**
 * A part of the budget of all that is held for turns which this process lets in while many want to be: they take from it
 * without the lock of that budget, which every other turn would wait for until this one is on the disk.
 */
interface Allotment {
  readonly id: string
  /** USD for turns to come. */
  left: number
  /** That have taken from it, and have not ended. */
  turns: number
}
/** Turns that are let in at the same time before that is worth a statement. */
const MANY = 4

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
  #admitting = 0
  #allotment: Allotment | undefined
  #allotting: Promise<void> | undefined
  /** By turn: where it has its money from, and how much. */
  readonly #shares = new Map<string, { allotment: Allotment; usd: number }>()
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
  async admit(request: Request): Promise<Granted | Refused> {
    const { turnId, bound } = request
    this.#admitting++
    try {
      const isShared = turnId !== null && (await this.#takeShare(turnId, 2 * bound.fixed))
      const admitted = await this.#admit(request)
      if (!isShared || admitted.refused !== 'budget') return admitted
      // It needs more than its share, or the day of that is over. The rate has counted the question already.
      return await this.#admit({ ...request, perMinute: Number.POSITIVE_INFINITY })
    } finally {
      this.#admitting--
    }
  }

  async #admit({ turnId, bound, ...request }: Request): Promise<Granted | Refused> {
    interface Row extends AskedRow {
      rate: boolean
      everybody: boolean
      own: boolean
      usd: string
      day: string
      waitMs: string | null
    }
    const share = turnId ? this.#shares.get(turnId) : undefined
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
        share?.allotment.id,
        share?.usd,
      ],
    })
    const [first] = rows
    if (!first) throw new Error('a statement that always has a row had none')
    const usd = Number(first.usd)
    if (turnId && !(first.rate && first.everybody)) await this.#endShare(turnId, true)
    if (!first.rate) return { refused: 'rate', waitMs: Number(first.waitMs), usd }
    if (turnId && !first.own) {
      if (first.everybody) await this.release(turnId)
      return { refused: first.everybody ? 'visitor_budget' : 'budget', waitMs: 0, usd }
    }
    if (turnId && !first.asked) await this.release(turnId)
    if (share) {
      share.allotment.left += share.usd - usd
      share.usd = usd
    }
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
    await this.#giveBack(turnId)
    await this.#endShare(turnId, true)
  }

  async #giveBack(turnId: string): Promise<void> {
    await this.#pool.query({ name: 'release', text: `with ${giveBack('turn_id = $1')}`, values: [turnId] })
  }

  /** @returns whether there is an allotment, and enough in it */
  async #takeShare(turnId: string, usd: number): Promise<boolean> {
    if (this.#admitting < MANY && !this.#allotment) return false
    if (!this.#allotment || this.#allotment.left < usd) {
      this.#allotting ??= this.#allot(usd).finally(() => {
        this.#allotting = undefined
      })
      await this.#allotting
    }
    const allotment = this.#allotment
    if (!allotment || allotment.left < usd) return false
    allotment.left -= usd
    allotment.turns++
    this.#shares.set(turnId, { allotment, usd })
    return true
  }

  async #allot(usd: number): Promise<void> {
    const id = randomUUID()
    const values = [id, this.#presence.writer, this.#everybody, usd]
    const { rows } = await this.#pool.query<{ usd: string }>({ name: 'allot', text: ALLOT, values })
    const before = this.#allotment
    this.#allotment = rows[0] && { id, left: Number(rows[0].usd), turns: 0 }
    if (before?.turns === 0) await this.#giveBack(before.id)
  }

  /** The last turn of an allotment gives the rest of it back. @param isUnspent others may have what the turn had */
  async #endShare(turnId: string, isUnspent = false): Promise<void> {
    const { allotment, usd = 0 } = this.#shares.get(turnId) ?? {}
    if (!allotment) return
    this.#shares.delete(turnId)
    if (isUnspent) allotment.left += usd
    if (--allotment.turns > 0) return
    if (this.#allotment === allotment) this.#allotment = undefined
    // Where that is not possible now, it is kept for the next.
    await this.#giveBack(allotment.id).catch(() => {
      this.#allotment ??= allotment
    })
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

  async #endShares(together: readonly Ending[]): Promise<void> {
    await Promise.all(together.map(({ bill: { turnId } }) => turnId && this.#endShare(turnId)))
  }

  async #end(together: readonly Ending[]): Promise<void> {
    const shareOf = ({ turnId }: Bill) => (turnId ? this.#shares.get(turnId)?.allotment.id : null) ?? null
    const bills = JSON.stringify(together.map(({ bill }) => ({ ...columnsOf(bill), allotment: shareOf(bill) })))
    try {
      const answers = answersJson(together.map(({ answer }) => answer))
      await this.#pool.query({ name: 'end', text: END, values: [bills, answers] })
      await this.#endShares(together)
      for (const { done } of together) done.resolve()
    } catch (error) {
      const isAway = isDatabaseUnavailable(error)
      // One that cannot be written must not keep the others from it.
      if (together.length > 1 && !isAway) for (const one of together) await this.#end([one])
      else {
        // An answer that cannot be stored is paid for all the same.
        if (!isAway) {
          const paid = this.#pool.query({ name: 'settle', text: SETTLE, values: [bills] })
          await paid.then(() => this.#endShares(together)).catch(() => {})
        }
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
