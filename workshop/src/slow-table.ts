import pg from 'pg'
import { reach } from './place.ts'

async function query(...statements: string[]): Promise<void> {
  const client = new pg.Client(reach.database)
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

/** Rows of the table are written late, from one time to another (milliseconds of the epoch). */
export const slowDown = (table: string, seconds: number, from: number, until: number) =>
  query(
    `create or replace function workshop_slow() returns trigger language plpgsql as $$
    begin
      if clock_timestamp() between to_timestamp(${from / 1000}) and to_timestamp(${until / 1000}) then
        perform pg_sleep(${seconds});
      end if;
      return new;
    end $$`,
    `create or replace trigger workshop_slow before insert on ${table} for each row execute function workshop_slow()`,
  )

/** Nothing is left of it. */
export const speedUp = () => query('drop function if exists workshop_slow() cascade')
