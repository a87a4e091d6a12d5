import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'

/** First half of the advisory lock's key; the second is the process. */
export const PRESENCE_LOCK = 7_041_777
const RECONNECT_MS = 1000
/** How often each process looks for what dead ones left behind. */
const LOOK_MS = 20_000
/** One that seems dead is looked at again after this: it may only have lost its connection. */
const LOOK_AGAIN_MS = 5000
/** A machine that is gone without a word has let go of its lock after 30 s. On a socket of the same machine it is no matter. */
const KEEPALIVE = `select set_config('tcp_keepalives_idle', '15', false), set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false)`

/**
 * The CTE `dead`: which writers in this table have ended. Their lock is free only then; a transaction's lock is given
 * back by itself.
 */
export const deadWriters = (table: string, where = 'true') => `
  dead as materialized (
    select writer from (select distinct writer from ${table} where ${where}) as writers
    where pg_try_advisory_xact_lock(${PRESENCE_LOCK}, writer))`

/**
 * One connection of its own per process, for what needs a session:
 * - it holds an advisory lock for as long as the process lives, so that others can tell an answer that is being written
 *   from one whose writer has died;
 * - it listens for what is asked of a conversation's turn, because any process may get the request and another hold it.
 */
export class ProcessPresence {
  /** Written to each row that this process streams into. */
  readonly writer = randomInt(1, 2 ** 31)
  readonly #databaseUrl: string
  readonly #log: FastifyBaseLogger
  readonly #pool: pg.Pool
  readonly #channels = new Map<string, (payload: string) => void>()
  readonly #left: { rows: string; close: (dead: readonly number[]) => Promise<void> }[] = []
  /** Since when they seem dead. */
  #suspects = new Map<number, number>()
  #timer: NodeJS.Timeout | undefined
  #client: pg.Client | undefined
  #closed = false

  constructor(databaseUrl: string, pool: pg.Pool, log: FastifyBaseLogger) {
    this.#databaseUrl = databaseUrl
    this.#pool = pool
    this.#log = log
  }

  /**
   * To be called before `start`.
   * @param channel lower case, digits and `_`
   * @param heard gets what any process tells on it, this one too, in the order of commits; what is told while the
   * connection is lost is missed
   */
  listen(channel: string, heard: (payload: string) => void): void {
    this.#channels.set(channel, heard)
  }

  /**
   * To be called before `start`.
   * @param rows of a table with a column `writer`: `table where ...`
   * @param close closes what these processes left there; called when the process starts, and within half a minute after
   * one has died
   */
  whenDead(rows: string, close: (dead: readonly number[]) => Promise<void>): void {
    this.#left.push({ rows, close })
  }

  /** @throws when the database cannot be reached; after that, a lost connection is made again without end. */
  async start(): Promise<void> {
    await this.#connect()
    await this.look(0)
    this.#lookLater()
  }

  async #connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#databaseUrl,
      application_name: 'chat-api presence',
      keepAlive: true,
    })
    client.on('error', () => {}) // `end` follows
    client.on('end', () => void this.#restart(client))
    client.on('notification', ({ channel, payload }) => {
      if (payload) this.#channels.get(channel)?.(payload)
    })
    await client.connect()
    await client.query(KEEPALIVE)
    await client.query('select pg_advisory_lock($1, $2)', [PRESENCE_LOCK, this.writer])
    for (const channel of this.#channels.keys()) await client.query(`listen ${channel}`)
    this.#client = client
  }

  /** @param payload in UTF-8, less than 8,000 bytes */
  async tell(channel: string, payload: string): Promise<void> {
    await this.#pool.query('select pg_notify($1, $2)', [channel, payload])
  }

  /**
   * Looks for what dead processes left behind, and closes it.
   * @param patienceMs for how long one must have seemed dead, in every look since
   */
  async look(patienceMs = LOOK_AGAIN_MS): Promise<void> {
    const writers = this.#left.map(({ rows }) => `select writer from ${rows}`).join(' union ')
    // Not on the connection that listens: a session gets its own lock again.
    const { rows } = await this.#pool.query<{ writer: number }>(
      `select writer from (${writers}) as writers where pg_try_advisory_xact_lock(${PRESENCE_LOCK}, writer)`,
    )
    const now = performance.now()
    this.#suspects = new Map(rows.map(({ writer }) => [writer, this.#suspects.get(writer) ?? now]))
    const dead = [...this.#suspects].flatMap(([writer, since]) => (now - since >= patienceMs ? [writer] : []))
    if (dead.length > 0) for (const { close } of this.#left) await close(dead)
  }

  async stop(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#client?.end().catch(() => {})
  }

  #lookLater(): void {
    const again = async () => {
      await this.look().catch(() => {}) // a database that is away is told elsewhere
      if (!this.#closed) this.#lookLater()
    }
    this.#timer = setTimeout(again, this.#suspects.size > 0 ? LOOK_AGAIN_MS : LOOK_MS).unref()
  }

  async #restart(lost: pg.Client): Promise<void> {
    if (this.#closed || this.#client !== lost) return
    this.#log.warn('lost the database connection that listens for stop requests; connecting again')
    while (!this.#closed) {
      await sleep(RECONNECT_MS)
      const connected = await this.#connect().then(
        () => true,
        () => false,
      )
      if (connected) return void this.#log.info('listening for stop requests again')
    }
  }
}
