import type { OfferedTool, ProviderFeature, TextEvent, TextReader, WrittenCall } from '../provider-feature.ts'
import { CallReader, type Offered, type Over } from './call-reader.ts'

/** Calls that a model writes into its text, where its server does not tell them apart. */
export const writtenCalls: ProviderFeature = { written: (inner, tools) => new WrittenCalls(inner, tools) }

/** How marks begin that stand around calls. */
const MARKS = [
  ...['<tool_call', '<toolcall', '<tool_use', '<function_call', '<functioncall', '<function=', '<function name='],
  ...['<invoke ', '<minimax:tool_call', '<seed:tool_call', '<longcat_tool_call', '<steptml:invoke', '<antml:'],
  ...[
    '<|dsml|',
    '<｜dsml｜',
    '<｜｜dsml',
    '<‖dsml',
    '<|python_',
    '<|tool_call',
    '<|tool▁call',
    '<｜tool',
    '<|start_action|>',
  ],
  ...['<|action_start|>', '<|channel|>', '<|start|>', '[tool_call'],
]
const LONGEST = Math.max(...MARKS.map(({ length }) => length))
/** Tokens are no words of a thought: a call ends it, where its end was forgotten. */
const TOKEN = /^(?:<(?:[|｜]|$)|\[(?:T|$))/
/** A run of backticks, the mark of a call, or the end of a line. */
const NEXT = /`+|[<[{\n]/g

/**
 * Takes calls out of a text: those of tools that are offered, and not where the text shows code. All else stays as it came.
 * They are told at the end: until then a text can turn out to have been a thought.
 */
export class WrittenCalls implements TextReader {
  readonly #inner: TextReader
  readonly #offered: Offered
  #calls: CallReader | null = null
  #found: WrittenCall[] = []
  /** What may be the beginning of a mark. */
  #held = ''
  /** Backticks that began what is code; three and more go on over lines. */
  #code = 0
  /** Backticks at the end of what came so far. */
  #run = 0
  /** There is text, so that a call would have a mark. */
  #said = false

  constructor(inner: TextReader, tools: readonly OfferedTool[]) {
    this.#inner = inner
    const byName = new Map(tools.map((tool) => [tool.name, tool]))
    // Kimi counts them, others put a namespace before.
    this.#offered = (written) => byName.get(written) ?? byName.get(written.replace(/:\d+$/, '').replace(/^.*[.:/]/, ''))
  }

  get thinks(): boolean {
    return this.#inner.thinks
  }

  get withholds(): boolean {
    return this.#calls !== null
  }

  passes(text: string): boolean {
    const idle = this.#said && this.#calls === null && this.#held === '' && this.#code === 0 && this.#run === 0
    return idle && !text.includes('<') && !text.includes('[') && !text.includes('`') && this.#inner.passes(text)
  }

  add(type: 'text' | 'reasoning', delta: string): readonly TextEvent[] {
    if (type === 'reasoning') return this.#inner.add(type, delta)
    const over = this.#calls?.add(delta)
    if (over === null) return []
    const events: TextEvent[] = []
    const text = over ? this.#over(over, events) : this.#held + delta
    return [...events, ...this.#text(text)]
  }

  end(): readonly (TextEvent | WrittenCall)[] {
    const over = this.#calls?.end()
    this.#calls = null
    if (over) this.#found.push(...over.calls)
    const events = this.#pass((over?.rest ?? '') + this.#held)
    return [...events, ...this.#inner.end(), ...this.#found]
  }

  #text(given: string): readonly TextEvent[] {
    const events: TextEvent[] = []
    this.#held = ''
    for (let text = given; ; ) {
      const over = this.#scan(text, events)
      if (!over) return events
      text = this.#over(over, events)
    }
  }

  /** @returns what is still to be looked through */
  #over({ calls, rest, read }: Over, events: TextEvent[]): string {
    this.#calls = null
    this.#found.push(...calls)
    // What it stopped at may look like the beginning of a call: it was none.
    const known = read > 0 || !/^[<[{]/.test(rest) ? read : 1
    events.push(...this.#pass(rest.slice(0, known)))
    return rest.slice(known)
  }

  /** @returns what came of something that began like a call and whose end is known */
  #scan(text: string, events: TextEvent[]): Over | null {
    if (this.#run > 0 && text !== '' && !text.startsWith('`')) this.#ticks()
    let start = 0
    NEXT.lastIndex = 0
    for (let next = NEXT.exec(text); next; next = NEXT.exec(text)) {
      const { index } = next
      const char = text[index]
      if (char === '`') {
        this.#run += next[0].length
        if (NEXT.lastIndex < text.length) this.#ticks()
      } else if (char === '\n') {
        if (this.#code < 3) this.#code = 0
      } else if (this.#code === 0) {
        const mark = char === '{' ? null : markAt(text, index)
        if (mark === null && (char === '<' || this.#said)) continue
        events.push(...this.#pass(text.slice(start, index)))
        start = index
        const isSpoken = mark === null && this.#said
        if (isSpoken || (this.#inner.thinks && !TOKEN.test(text.slice(index, index + 2)))) continue
        if (mark === 'part') {
          this.#held = text.slice(index)
          return null
        }
        this.#calls = new CallReader(this.#offered, mark === null)
        const over = this.#calls.add(text.slice(index))
        if (over && mark === null && over.calls.length === 0) this.#said = true
        return over
      }
    }
    events.push(...this.#pass(text.slice(start)))
    return null
  }

  /** A run of backticks has ended. */
  #ticks(): void {
    const run = this.#run
    this.#run = 0
    if (this.#code === 0) this.#code = run
    else if (this.#code < 3 ? run === this.#code : run >= this.#code) this.#code = 0
  }

  #pass(text: string): readonly TextEvent[] {
    if (text === '') return []
    const thought = this.#inner.thinks
    const events = this.#inner.add('text', text)
    if (thought && !this.#inner.thinks) this.#code = 0
    if (!this.#said) this.#said = events.some((event) => event.type === 'text' && event.delta.trim() !== '')
    if (!events.some(({ type }) => type === 'was-thought')) return events
    this.#said = events.at(-1)?.type === 'text'
    return [...events, ...this.#found.splice(0).map(({ raw }) => ({ type: 'reasoning' as const, delta: raw }))]
  }
}

/** Whether a mark begins there, or may. */
function markAt(text: string, index: number): 'whole' | 'part' | null {
  const tail = text.slice(index, index + LONGEST).toLowerCase()
  if (MARKS.some((mark) => tail.startsWith(mark))) return 'whole'
  return index + LONGEST > text.length && MARKS.some((mark) => mark.startsWith(tail)) ? 'part' : null
}
