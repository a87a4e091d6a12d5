import type { Fault } from '@repo/mock-llm/workshop/fault'
import type { Evidence } from './evidence.ts'

/** Where telemetry is: Grafana and its stores, or the viewer of `npm run demo`. */
export type Place = 'stack' | 'viewer'

/** What `start` breaks. All of it ends by itself. */
export interface Broken {
  /** Arguments of the load generator: who asks what, from before the fault until its end. */
  readonly traffic: readonly string[]
  /** What the mock model does wrong. */
  readonly mock?: Omit<Fault, 'from' | 'until' | 'seed'>
  /** A table whose rows are written late. */
  readonly slowTable?: { readonly table: string; readonly seconds: number }
  /** The store that a second collector stands in front of, and throws things away. */
  readonly collector?: 'loki' | 'tempo'
  /** A rule file of the exercise's folder, for Mimir to evaluate. */
  readonly rules?: string
}

export interface Verdict {
  readonly right: boolean
  /** What to look at next, or what was found. */
  readonly word: string
}

export interface Exercise {
  readonly number: number
  /** Its folder, which has the page. */
  readonly folder: string
  readonly title: string
  readonly places: readonly Place[]
  /** As whoever is on call gets it. */
  readonly question: string
  /** What an answer is, with an example. */
  readonly answer: string
  /** The same for the same seed. */
  broken(seed: number): Broken
  /**
   * Compares an answer with what the stores hold.
   * @param since milliseconds of the epoch: when the fault set in
   */
  check(answer: string, evidence: Evidence, since: number): Promise<Verdict>
}

export const right = (word: string): Verdict => ({ right: true, word })
export const wrong = (word: string): Verdict => ({ right: false, word })

/** Those that traffic asks. */
export const models = ['mock-standard', 'mock-large', 'mock-reasoning'] as const

/** One of several, by the seed. */
export const chosen = <T>(seed: number, from: readonly T[]): T => from[seed % from.length] as T

/** What somebody wrote as a number: `12`, `12 %`, `12,5%`, `4 s`, `0.12`; null: none. */
export function numberIn(answer: string): number | null {
  const [, digits = ''] = /(\d+(?:[.,]\d+)?)/.exec(answer) ?? []
  return digits ? Number(digits.replace(',', '.')) : null
}

/** A share from 0 to 1: `12 %` and `12` are percent, `0.12` is none. */
export function shareIn(answer: string): number | null {
  const value = numberIn(answer)
  return value === null || value > 100 ? null : value > 1 || answer.includes('%') ? value / 100 : value
}

export const percent = (share: number) => `${Math.round(share * 100)} %`
export const seconds = (value: number) => `${value.toFixed(1)} s`
