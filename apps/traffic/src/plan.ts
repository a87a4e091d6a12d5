import type { Outcome, Rating } from '@repo/contract/message'
import { errorType } from '@repo/telemetry/catalogue'
import { prompts } from './prompts.ts'

/**
 * What a visitor does that is more than asking and reading to the end. A hiccup is a fault after which the answer comes
 * all the same.
 */
export const deviations = [
  'stop',
  'disconnect',
  'regenerate',
  'hiccup',
  'fault',
  'tool',
  'approval',
  'rate',
  'picture',
] as const
export type Deviation = (typeof deviations)[number]
/** Percentages of the turns; what is left of 100 just asks. */
export type Mix = Partial<Record<Deviation, number>>

export interface PlanOptions {
  readonly seed: number
  /** Turns per second, on average. */
  readonly rate: number
  /** `Infinity`: without end. */
  readonly turns: number
  /** Seconds; `Infinity`: without end. */
  readonly duration: number
  readonly visitors: number
  readonly mix: Mix
  /** Models that answer well, the most used first. */
  readonly models: readonly string[]
  /** Those of `faults` that may be asked by name; the others are asked for in the prompt. */
  readonly faultModels: readonly string[]
  /** What is asked; absent: the usual prompts. */
  readonly prompts?: readonly string[]
}

export interface PlannedTurn {
  /** From 1. */
  readonly number: number
  /** Milliseconds after the start. */
  readonly atMs: number
  readonly kind: 'ask' | Deviation
  /** From 0, as are conversations. */
  readonly visitor: number
  readonly conversation: number
  readonly model: string
  readonly prompt: string
  /** Characters of the answer after which the visitor stops it or goes away; null: reads to the end. */
  readonly leaveAfter: number | null
  /** What the visitor says where a tool asks before it is called. */
  readonly decision: Decision
  /** Of the answer, when it is there. */
  readonly rating: Rating | null
  /** How the turn ends if all is well; see `ending`. */
  readonly expected: string
}

/** An outcome with its `error.type`, in one word for people and counters: `finished`, `failed (429)`. */
export function ending(outcome: Outcome, type?: string | null): string {
  return type ? `${outcome} (${type})` : outcome
}

/** The mock's faults, chosen by model or by naming them in a prompt, and what the API makes of each by its defaults. */
export const faults: Readonly<Record<string, string>> = {
  'mock-slow': ending('finished'),
  'mock-429-once': ending('finished'),
  'mock-empty': ending('finished'),
  'mock-no-usage': ending('finished'),
  'mock-tool-error': ending('finished'),
  'mock-tools-loop': ending('truncated', errorType.stepLimit),
  'mock-length': ending('truncated', errorType.length),
  'mock-filter': ending('truncated', errorType.contentFilter),
  'mock-early-close': ending('truncated', errorType.noFinishReason),
  'mock-cut': ending('truncated', errorType.connection),
  'mock-stall': ending('failed', errorType.idleTimeout),
  'mock-error': ending('failed', errorType.stream),
  'mock-429': ending('failed', '429'),
  'mock-500': ending('failed', '500'),
}

/** Models of the mock that visitors do not ask by themselves. The long one's answer of 20 s leaves time to stop it. */
export const toolModels: readonly string[] = ['mock-long', 'mock-echo']
/** Nor this one: each of its calls is worth an alert. */
export const unpricedModel = 'mock-unpriced'
/** What makes the mock call a tool. */
export const toolPrompt = 'What is 17% of 2,340?'
/** What makes it call one that asks first. */
export const approvalPrompt = 'Rename this conversation to “Latency notes”.'
const decisions = ['once', 'once', 'conversation', 'deny', 'deny'] as const
type Decision = (typeof decisions)[number]
/** What is asked of a picture; the mock says which one has come. */
export const picturePrompt = 'What is in this picture?'
const LEAVE_AFTER_CHARS = 2000
const MAX_CONVERSATION_TURNS = 6

interface Question {
  readonly prompt: string
  readonly model: string
  readonly expected: string
  readonly decision?: Decision
}
interface Visitor {
  conversation: number
  turnsLeft: number
  lastMs: number
  /** Of its conversation. */
  lastQuestion: Question | null
}

/**
 * Plans the turns, lazily, as a run may be endless. A pure function: the same options give the same turns. Arrivals are
 * a Poisson process, that is, visitors who know nothing of each other.
 */
export function* plan(options: PlanOptions): Generator<PlannedTurn, void, undefined> {
  const random = mulberry32(options.seed)
  const below = (n: number) => Math.floor(random() * n)
  const pick = <T>(items: readonly T[]) => items[below(items.length)] as T
  // Squaring prefers the front: of four models, the first gets half of the turns.
  const pickModel = () => options.models[Math.floor(random() ** 2 * options.models.length)] as string

  const due = new Map(deviations.map((kind) => [kind, 0]))
  const visitors = Array.from(
    { length: options.visitors },
    (): Visitor => ({ conversation: 0, turnsLeft: 0, lastMs: 0, lastQuestion: null }),
  )
  let conversations = 0
  let atMs = 0
  for (let number = 1; number <= options.turns; number++) {
    atMs += (-Math.log(1 - random()) / options.rate) * 1000
    if (atMs > options.duration * 1000) return
    const asked = visitors.filter(({ lastQuestion }) => lastQuestion)
    const drawn = draw()
    const kind = drawn === 'regenerate' && asked.length === 0 ? 'ask' : drawn
    // Of two visitors, the one who has had more time to read.
    const pool = kind === 'regenerate' ? asked : visitors
    const [one, other] = [pick(pool), pick(pool)]
    const visitor = one.lastMs <= other.lastMs ? one : other
    visitor.lastMs = atMs
    if (kind !== 'regenerate' && visitor.turnsLeft-- <= 0) {
      visitor.conversation = conversations++
      visitor.turnsLeft = below(MAX_CONVERSATION_TURNS)
    }
    const question = kind === 'regenerate' && visitor.lastQuestion ? visitor.lastQuestion : ask(kind, number)
    visitor.lastQuestion = question
    const leaves = kind === 'stop' || kind === 'disconnect'
    yield {
      number,
      atMs,
      kind,
      visitor: visitors.indexOf(visitor),
      conversation: visitor.conversation,
      model: question.model,
      prompt: question.prompt,
      leaveAfter: leaves ? 1 + below(LEAVE_AFTER_CHARS) : null,
      decision: question.decision ?? 'once',
      rating: kind === 'rate' ? (below(5) === 0 ? 'down' : 'up') : null,
      expected: leaves ? ending(kind === 'stop' ? 'stopped' : 'disconnected') : question.expected,
    }
  }

  /** Evenly spread: by chance, two faults would sometimes come so close together that an alert is right to fire. */
  function draw(): PlannedTurn['kind'] {
    for (const kind of deviations) due.set(kind, (due.get(kind) ?? 0) + (options.mix[kind] ?? 0))
    const [kind, share] = [...due].reduce((a, b) => (b[1] > a[1] ? b : a))
    if (share < 100) return 'ask'
    due.set(kind, share - 100)
    return kind
  }

  function ask(kind: PlannedTurn['kind'], number: number): Question {
    const expected = ending('finished')
    const [first = ''] = options.models
    if (kind === 'tool') return { prompt: toolPrompt, model: first, expected }
    if (kind === 'approval') return { prompt: approvalPrompt, model: first, expected, decision: pick(decisions) }
    if (kind === 'picture') return { prompt: picturePrompt, model: pickModel(), expected }
    if (kind === 'ask' || kind === 'rate')
      return { prompt: pick(options.prompts ?? prompts), model: pickModel(), expected }
    if (kind !== 'fault' && kind !== 'hiccup')
      return { prompt: `Turn ${number}: tell me everything (mock-long).`, model: pickModel(), expected }
    const fault = pick(Object.keys(faults).filter((name) => (faults[name] === expected) === (kind === 'hiccup')))
    const model = options.faultModels.includes(fault) ? fault : pickModel()
    // The number makes each prompt its own: mock-429-once tells turns apart by their text.
    return { prompt: `Turn ${number}: what does ${fault} look like?`, model, expected: faults[fault] as string }
  }
}

/** Uniform in [0, 1), from 32 bits of state. Tommy Ettinger's mulberry32, public domain. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** An answer whose reader left goes on for the API's grace time, and may be complete before that is over. */
export function endedAsAsked({ kind, expected }: Pick<PlannedTurn, 'kind' | 'expected'>, end: string): boolean {
  return end === expected || (kind === 'disconnect' && end === ending('finished'))
}
