import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import pg from 'pg'

/** First half of the advisory lock's key; the second is the process. */
export const PRESENCE_LOCK = 7_041_777
const RECONNECT_MS = 1000

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
  readonly #channels = new Map<string, (payload: string) => void>()
  #client: pg.Client | undefined
  #closed = false

  constructor(databaseUrl: string, log: FastifyBaseLogger) {
    this.#databaseUrl = databaseUrl
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

  /** @throws when the database cannot be reached; after that, a lost connection is made again without end. */
  async start(): Promise<void> {
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
    await client.query('select pg_advisory_lock($1, $2)', [PRESENCE_LOCK, this.writer])
    for (const channel of this.#channels.keys()) await client.query(`listen ${channel}`)
    this.#client = client
  }

  /** @param payload in UTF-8, less than 8,000 bytes */
  async tell(pool: pg.Pool, channel: string, payload: string): Promise<void> {
    await pool.query('select pg_notify($1, $2)', [channel, payload])
  }

  /**
   * Closes as `disconnected` the answers that dead processes left `streaming`.
   * @returns how many
   */
  async closeAbandoned(pool: pg.Pool): Promise<number> {
    const { rowCount } = await pool.query(
      `with ${deadWriters('message', "status = 'streaming'")}
       update message set status = 'disconnected'
       where status = 'streaming' and writer in (select writer from dead)`,
    )
    return rowCount ?? 0
  }

  async stop(): Promise<void> {
    this.#closed = true
    await this.#client?.end().catch(() => {})
  }

  async #restart(lost: pg.Client): Promise<void> {
    if (this.#closed || this.#client !== lost) return
    this.#log.warn('lost the database connection that listens for stop requests; connecting again')
    while (!this.#closed) {
      await sleep(RECONNECT_MS)
      const connected = await this.start().then(
        () => true,
        () => false,
      )
      if (connected) return void this.#log.info('listening for stop requests again')
    }
  }
}
