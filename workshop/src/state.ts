import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { root } from '@repo/local-stack/run'

/** An exercise that has been started. */
export interface Running {
  readonly exercise: number
  readonly seed: number
  /** Milliseconds of the epoch: when the fault sets in, and when it is over. */
  readonly from: number
  readonly until: number
  /** Of the load generator. */
  readonly pid?: number | undefined
}

export interface State {
  readonly running?: Running | undefined
  /** When each exercise was solved, by its number. */
  readonly solved: Readonly<Record<string, string>>
}

const file = path.join(root, '.data/workshop.json')

export function readState(): State {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return { solved: {} }
  }
}

export function writeState(state: State): void {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, `${JSON.stringify(state, null, 2)}\n`)
}

/** Whom the progress is told of. */
export const person = () => process.env.WORKSHOP_NAME || userInfo().username
