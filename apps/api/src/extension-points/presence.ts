import { randomInt } from 'node:crypto'
import type { Pool } from 'pg'

/**
 * The API processes of one database. This one takes itself for the only one: what another has written it left behind, and
 * what is told is told to this one.
 */
export class Presence {
  /** Written to each row that this process streams into. */
  readonly writer = randomInt(1, 2 ** 31)
  /** SQL: whether the process of the column `writer` has ended. */
  hasEnded = `writer <> ${this.writer}`
  readonly channels = new Map<string, (payload: string) => void>()
  readonly #pool: Pool
  readonly #left: { rows: string; close: (dead: readonly number[]) => Promise<void> }[] = []

  constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * @param channel lower case, digits and `_`
   * @param heard gets what any process tells on it, this one too, in the order of commits; what is told while the
   * connection is lost is missed
   */
  listen(channel: string, heard: (payload: string) => void): void {
    this.channels.set(channel, heard)
  }

  /** @param payload in UTF-8, less than 8,000 bytes */
  async tell(channel: string, payload: string): Promise<void> {
    this.channels.get(channel)?.(payload)
  }

  /**
   * @param rows of a table with a column `writer`: `table where ...`
   * @param close closes what these processes left there; called when this process starts, and soon after one has died
   */
  whenDead(rows: string, close: (dead: readonly number[]) => Promise<void>): void {
    this.#left.push({ rows, close })
  }

  /** The CTE `dead`: which writers in this table have ended. */
  deadIn(table: string, where = 'true'): string {
    return `dead as materialized (
      select writer from (select distinct writer from ${table} where ${where}) as writers where ${this.hasEnded})`
  }

  /** After all of these. @throws when the database cannot be reached */
  async start(): Promise<void> {
    await this.look()
  }

  /** Looks for what dead processes left behind, and closes it. */
  async look(): Promise<void> {
    await this.close(await this.dead())
  }

  /** Writers of such rows. */
  async dead(): Promise<number[]> {
    const writers = this.#left.map(({ rows }) => `select writer from ${rows}`).join(' union ')
    const text = `with ${this.deadIn(`(${writers}) as rows`)} select writer from dead`
    const { rows } = await this.#pool.query<{ writer: number }>(text)
    return rows.map(({ writer }) => writer)
  }

  async close(dead: readonly number[]): Promise<void> {
    if (dead.length > 0) for (const { close } of this.#left) await close(dead)
  }
}
