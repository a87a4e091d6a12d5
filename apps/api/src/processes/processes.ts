import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import pg from 'pg'
import type { Config } from '../config.ts'
import type { Presence } from '../extension-points/presence.ts'

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

interface Services {
  readonly config: Config
  readonly pool: pg.Pool
  readonly presence: Presence
}

/**
 * Several API processes on one database: one connection of its own per process, for what needs a session.
 * - It holds an advisory lock for as long as the process lives, so that others can tell an answer that is being written
 *   from one whose writer has died;
 * - it listens for what is asked of a conversation's turn, because any process may get the request and another hold it.
 */
export async function processes(app: FastifyInstance, { config, pool, presence }: Services): Promise<void> {
  const session = new Session(config.databaseUrl, presence, app.log)
  // Never on the connection that listens: a session gets its own lock again. A transaction's is given back by itself.
  presence.hasEnded = `pg_try_advisory_xact_lock(${PRESENCE_LOCK}, writer)`
  presence.tell = async (channel, payload) => void (await pool.query('select pg_notify($1, $2)', [channel, payload]))
  presence.start = () => session.start()
  presence.look = () => session.look(LOOK_AGAIN_MS)
  app.addHook('onClose', () => session.stop())
}

class Session {
  readonly #databaseUrl: string
  readonly #presence: Presence
  readonly #log: FastifyBaseLogger
  /** Since when they seem dead. */
  #suspects = new Map<number, number>()
  #timer: NodeJS.Timeout | undefined
  #client: pg.Client | undefined
  #closed = false

  constructor(databaseUrl: string, presence: Presence, log: FastifyBaseLogger) {
    this.#databaseUrl = databaseUrl
    this.#presence = presence
    this.#log = log
  }

  /** @throws when the database cannot be reached; after that, a lost connection is made again without end. */
  async start(): Promise<void> {
    await this.#connect()
    await this.look(0)
    this.#lookLater()
  }

  /** @param patienceMs for how long one must have seemed dead, in every look since */
  async look(patienceMs: number): Promise<void> {
    const now = performance.now()
    const seeming = await this.#presence.dead()
    this.#suspects = new Map(seeming.map((writer) => [writer, this.#suspects.get(writer) ?? now]))
    await this.#presence.close(
      [...this.#suspects].flatMap(([writer, since]) => (now - since >= patienceMs ? writer : [])),
    )
  }

  async stop(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#client?.end().catch(() => {})
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
      if (payload) this.#presence.channels.get(channel)?.(payload)
    })
    await client.connect()
    await client.query(KEEPALIVE)
    await client.query('select pg_advisory_lock($1, $2)', [PRESENCE_LOCK, this.#presence.writer])
    for (const channel of this.#presence.channels.keys()) await client.query(`listen ${channel}`)
    this.#client = client
  }

  #lookLater(): void {
    const again = async () => {
      await this.look(LOOK_AGAIN_MS).catch(() => {}) // a database that is away is told elsewhere
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
