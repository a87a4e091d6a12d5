import type { Pool } from '../database.ts'

/** So many at a time: of conversations, of messages, and of what a deletion locks. */
const BATCH = 50
/** Whose the usage is that outlives its person. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

/** Rows about a person ($1), small ones; of the tables of features that may be gone, too: their migrations stay. */
const LISTS = {
  account: 'select to_jsonb(account) as row from account where id = $1',
  sessions: `select to_jsonb(session) - 'id' as row from session where account_id = $1`,
  visitorsBefore: 'select to_jsonb(moved_visitor) as row from moved_visitor where account_id = $1',
  limits: 'select to_jsonb(account_limit) as row from account_limit where account_id = $1',
  changesOfLimits: `select to_jsonb(admin_change) - 'admin' - 'admin_id' as row from admin_change where account_id = $1`,
  rate: 'select to_jsonb(visitor_rate) as row from visitor_rate where visitor_id = $1',
  budgets: 'select to_jsonb(budget) as row from budget where scope = $1 order by day',
  usage: 'select to_jsonb(usage) as row from usage where visitor_id = $1 order by day, model',
}
const CONVERSATIONS = `
  select id, to_jsonb(conversation) as row from conversation where visitor_id = $1 and ($2::uuid is null or id > $2) order by id limit ${BATCH}`
// `writer` is a process, not the person.
const MESSAGES = `
  select seq::text as id, to_jsonb(message) - 'writer' || jsonb_build_object('feedback', to_jsonb(feedback)) as row
  from message left join feedback on message_id = message.id
  where conversation_id = $1 and ($2::bigint is null or seq > $2) order by seq limit ${BATCH}`
const APPROVALS = `select to_jsonb(approval) - 'writer' as row from approval where conversation_id = $1`
const PICTURES = `
  select id, to_jsonb(attachment) || jsonb_build_object('data', encode(data, 'base64')) as row
  from attachment where visitor_id = $1 and ($2::uuid is null or id > $2) order by id limit 1`

const SUMS = [
  ...['turns', 'input_tokens', 'output_tokens', 'cached_input_tokens', 'reasoning_tokens'],
  ...['cost_usd', 'unmetered', 'unpriced', 'estimated_usd'],
]
const each = (of: (column: string) => string) => SUMS.map(of).join(', ')

const RUNNING = `select from message where conversation_id = conversation.id and status = 'streaming'`
const REMOVE_SOME = `
  delete from conversation where id in (
    select id from conversation where visitor_id = $1 and not exists (${RUNNING}) limit ${BATCH})`
/** In the order of their foreign keys; what is left is anonymous sums, and what administrators have decided. */
const REMOVE_REST = [
  'delete from attachment where visitor_id = $1',
  'delete from visitor_rate where visitor_id = $1',
  'delete from budget where scope = $1',
  `with gone as (
    delete from usage where visitor_id = $1 returning *
  )
  insert into usage (visitor_id, day, model, ${SUMS})
  select '${NOBODY}'::uuid, day, model, ${SUMS} from gone
  on conflict (visitor_id, day, model) do update set ${each((column) => `${column} = usage.${column} + excluded.${column}`)}`,
  'delete from session where account_id = $1',
  'delete from moved_visitor where account_id = $1',
  `update admin_change set person = 'deleted' where account_id = $1`,
  // Who was blocked stays blocked: without name and address, known by the issuer's id alone.
  `update account set email = null, email_verified = false, name = null
    where id = $1 and exists (select from account_limit where account_id = $1)`,
  'delete from account where id = $1 and not exists (select from account_limit where account_id = $1)',
]

interface Row {
  id: string
  row: object
}

/** Everything that the database knows about a person: a visitor, or an account, whose id stands in the same columns. */
export class PersonalData {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * As one JSON document, piece by piece: no more than a picture, or some messages, is in memory at a time.
   * @param personId null: somebody of whom nothing is known
   */
  async *file(personId: string | null): AsyncGenerator<string> {
    yield `{"exportedAt":${JSON.stringify(new Date())},"id":${JSON.stringify(personId)}`
    if (personId) {
      for (const [name, text] of Object.entries(LISTS))
        yield `,"${name}":${JSON.stringify(await this.#all(text, personId))}`
      yield ',"conversations":['
      let comma = ''
      for await (const { id, row } of this.#each(CONVERSATIONS, personId)) {
        yield `${comma}${JSON.stringify(row).slice(0, -1)},"approvals":${JSON.stringify(await this.#all(APPROVALS, id))}`
        yield ',"messages":['
        comma = ''
        for await (const { row } of this.#each(MESSAGES, id)) {
          yield comma + JSON.stringify(row)
          comma = ','
        }
        yield ']}'
        comma = ','
      }
      yield '],"pictures":['
      comma = ''
      for await (const { row } of this.#each(PICTURES, personId)) {
        yield comma + JSON.stringify(row)
        comma = ','
      }
      yield ']'
    }
    yield '}'
  }

  /** From now on nobody sees them. @returns all, and those in which an answer may be running */
  async hide(personId: string): Promise<{ conversations: string[]; lately: string[] }> {
    const text = `update conversation set deleted_at = coalesce(deleted_at, now()) where visitor_id = $1
      returning id, updated_at > now() - interval '1 hour' or exists (${RUNNING}) as lately`
    const { rows } = await this.#pool.query<{ id: string; lately: boolean }>(text, [personId])
    return {
      conversations: rows.map(({ id }) => id),
      lately: rows.flatMap(({ id, lately }) => (lately ? id : [])),
    }
  }

  /** @returns false: an answer is still being written, and stays, and with it the rest */
  async remove(personId: string): Promise<boolean> {
    while ((await this.#pool.query(REMOVE_SOME, [personId])).rowCount) {}
    const left = await this.#pool.query('select from conversation where visitor_id = $1 limit 1', [personId])
    if (left.rowCount) return false
    const client = await this.#pool.connect()
    try {
      await client.query('begin')
      for (const text of REMOVE_REST) await client.query(text, [personId])
      await client.query('commit')
      return true
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    } finally {
      client.release()
    }
  }

  async #all(text: string, id: string): Promise<object[]> {
    return (await this.#pool.query<Row>(text, [id])).rows.map(({ row }) => row)
  }

  /** Those after the last one, again and again. */
  async *#each(text: string, of: string): AsyncGenerator<Row> {
    for (let last: string | null = null; ; ) {
      const { rows }: { rows: Row[] } = await this.#pool.query<Row>(text, [of, last])
      yield* rows
      last = rows.at(-1)?.id ?? null
      if (!last) return
    }
  }
}
