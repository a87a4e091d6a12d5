/** What the mock does wrong for a while, beside what a model's name or a prompt asks for: see workshop/README.md. */
export interface Fault {
  /** Milliseconds of the epoch: when it sets in, and when it is over. */
  readonly from: number
  readonly until: number
  /** Decides which requests are hit. */
  readonly seed: number
  /** Only this one's calls. Not of `cutAfterMs`, which knows connections only. */
  readonly model?: string
  /** More milliseconds before the first chunk. */
  readonly delayMs?: number
  /** Share of the requests that are refused with 429. */
  readonly refused?: number
  /** Milliseconds after which a connection is closed, as by a proxy with a limit of its own. */
  readonly cutAfterMs?: number
  /** Nothing of the prompt is read from the cache. */
  readonly uncached?: boolean
  /** No word of what a call costs. */
  readonly unpriced?: boolean
  /** How many times as long answers are. */
  readonly longer?: number
  /** Share of the tool calls whose input cannot be read. */
  readonly unreadable?: number
}

const shapes: Record<keyof Fault, string> = {
  from: 'number',
  until: 'number',
  seed: 'number',
  model: 'string',
  delayMs: 'number',
  refused: 'number',
  cutAfterMs: 'number',
  uncached: 'boolean',
  unpriced: 'boolean',
  longer: 'number',
  unreadable: 'number',
}

/** @throws an Error with a sentence when it is no fault */
export function parseFault(text: string): Fault {
  const fault = JSON.parse(text) as Record<string, unknown>
  for (const [key, value] of Object.entries(fault)) {
    const shape = shapes[key as keyof Fault]
    if (typeof value !== shape) throw new Error(`"${key}" must be ${shape ? `a ${shape}` : 'left out'}.`)
  }
  for (const key of ['from', 'until', 'seed']) if (!(key in fault)) throw new Error(`"${key}" is missing.`)
  return fault as unknown as Fault
}
