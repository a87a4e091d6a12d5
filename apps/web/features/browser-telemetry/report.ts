import type { Outcome } from '@repo/contract/message'

export interface PerceivedTtft {
  /** From pressing Send or Retry until the first text of the answer was on the page. */
  milliseconds: number
  model: string
  outcome: Outcome
  traceId: string | null
}

/** What the page has to tell. Faro behind an interface, so that the page's own code does not load it. */
export interface Reporter {
  error(error: Error): void
  perceivedTtft(measured: PerceivedTtft): void
}

let reporter: Reporter | undefined

/** From now on reports are delivered; those before are nobody's. */
export function deliverTo(next: Reporter | undefined): void {
  reporter = next
}

/** An error that React caught, and that therefore never reaches `window.onerror`. */
export function reportError(error: Error): void {
  reporter?.error(error)
}

export function reportPerceivedTtft(measured: PerceivedTtft): void {
  reporter?.perceivedTtft(measured)
}
