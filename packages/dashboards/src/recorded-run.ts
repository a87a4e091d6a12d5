import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** What a run of `npm run boards` against running stores found. */
export interface RecordedRun {
  /** `2026-01-31T12:00`, UTC. */
  readonly date: string
  /** Versions, by the name of the store. */
  readonly stores: Readonly<Record<string, string>>
  readonly answers: readonly {
    readonly board: string
    readonly place: string
    readonly refId: string
    /** As it stood in the board. */
    readonly text: string
    readonly found: number
    readonly error?: string
    readonly excuse?: string
  }[]
}

const file = path.join(import.meta.dirname, '../recorded-run.json')

/** The newest one that was committed; null before the first. */
export function readRecordedRun(): RecordedRun | null {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}
