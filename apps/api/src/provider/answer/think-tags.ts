/** A stretch of an answer: what it says, or what the model thought. */
export interface Stretch {
  readonly type: 'text' | 'reasoning'
  readonly delta: string
}

/** As models write them, in small letters: DeepSeek and Qwen, Gemini, Magistral, Seed, Kimi, Cohere, MiniMax, gpt-oss. */
const PAIRS: readonly (readonly [open: string, close: string])[] = [
  ['<think>', '</think>'],
  ['<thinking>', '</thinking>'],
  ['<thought>', '</thought>'],
  ['<thoughts>', '</thoughts>'],
  ['<reasoning>', '</reasoning>'],
  ['<reason>', '</reason>'],
  ['<antthinking>', '</antthinking>'],
  ['<think >', '</think >'],
  ['<|think|>', '<|/think|>'],
  ['<|start_thinking|>', '<|end_thinking|>'],
  ['<|channel>thought', '<channel|>'],
  ['<|channel|>analysis<|message|>', '<|end|><|start|>assistant<|channel|>final<|message|>'],
  ['[think]', '[/think]'],
  ['<seed:think>', '</seed:think>'],
  ['<mm:think>', '</mm:think>'],
  ['◁think▷', '◁/think▷'],
]

const LONGEST_TAG = Math.max(...PAIRS.flat().map(({ length }) => length))

/**
 * Tells thoughts from text where the server does not: `<think>` at the beginning of an answer, in however many pieces.
 * What comes later is text, because an answer can be about such tags.
 *
 * Templates that begin inside a thought only close it. That is known when it closes, and for the model's next answers
 * from the beginning.
 */
export class ThinkTags {
  #state: 'begin' | 'thought' | 'after' | 'text' = 'begin'
  /** The tag that ends the thought. */
  #close = '</think>'
  /** What may be the beginning of a tag. */
  #held = ''
  /** Without a tag at its beginning, an answer may turn out to have been a thought. */
  #mayClose = true
  #backticks = 0
  #thinks = false
  /** Taken for a thought without a tag that says so: in the end it may have been the answer. */
  #presumed: string[] | null
  /** All text so far was a thought: its end came without a beginning. */
  wasThought = false

  /** @param beginsInThought the model's last answer did */
  constructor(beginsInThought: boolean) {
    this.#presumed = beginsInThought ? [] : null
  }

  /** The server tells thoughts apart: what has no tag is none. */
  thoughtsComeApart(): void {
    this.#mayClose = false
    if (this.#state === 'begin') this.#presumed = null
  }

  /** Whether it is text in which no tag can begin, as nearly always. */
  passes(delta: string): boolean {
    return (
      this.#state === 'text' && this.#held === '' && !(this.#mayClose && (delta.includes('<') || delta.includes('`')))
    )
  }

  add(delta: string): readonly Stretch[] {
    if (this.passes(delta)) return [{ type: 'text', delta }]
    const text = this.#held + delta
    this.#held = ''
    if (this.#state === 'begin') return this.#begin(text)
    if (this.#state === 'thought') return this.#thought(text)
    return this.#state === 'after' ? this.#after(text) : this.#text(text)
  }

  /** What was held back, when nothing comes any more, and what was no thought after all. */
  end(): readonly Stretch[] {
    const held = this.#held
    this.#held = ''
    if (this.#state !== 'thought') return held.trim() === '' ? [] : [{ type: 'text', delta: held }]
    const stretches: Stretch[] = held.trim() ? [{ type: 'reasoning', delta: held }] : []
    const presumed = this.#presumed ? this.#presumed.join('') + held : ''
    return presumed ? [...stretches, { type: 'text', delta: presumed }] : stretches
  }

  /** The next answer of the model may begin in a thought, as this one did. */
  get beganInThought(): boolean {
    return this.wasThought || (this.#presumed !== null && this.#state !== 'thought')
  }

  #begin(text: string): readonly Stretch[] {
    const start = text.trimStart()
    const small = start.slice(0, LONGEST_TAG).toLowerCase()
    const pair = PAIRS.find(([open]) => small.startsWith(open))
    const leaked = this.#mayClose ? undefined : PAIRS.find(([, close]) => small.startsWith(close))
    if (leaked) return this.#after(start.slice(leaked[1].length))
    const begins = (tag: string) => tag.startsWith(small)
    if (!pair && PAIRS.some(([open, close]) => begins(open) || (!this.#mayClose && begins(close)))) {
      this.#held = text
      return []
    }
    if (!pair && !this.#presumed) {
      this.#state = 'text'
      return this.#text(text)
    }
    this.#state = 'thought'
    if (!pair) return this.#thought(start)
    this.#presumed = null
    this.#close = pair[1]
    return this.#thought(start.slice(pair[0].length))
  }

  /** Without the blank lines around it. */
  #thought(delta: string): readonly Stretch[] {
    const text = this.#thinks ? delta : delta.trimStart()
    const end = indexOfTag(text, this.#close)
    if (end !== -1) return this.#closed(text.slice(0, end), text.slice(end + this.#close.length))
    const kept = text.slice(0, text.length - tagBeginningAtEnd(text, this.#close)).trimEnd().length
    this.#held = text.slice(kept)
    this.#presumed?.push(text.slice(0, kept))
    this.#thinks ||= kept > 0
    return kept > 0 ? [{ type: 'reasoning', delta: text.slice(0, kept) }] : []
  }

  #closed(thought: string, rest: string): readonly Stretch[] {
    this.#state = 'after'
    const last = thought.trimEnd()
    return last ? [{ type: 'reasoning', delta: last }, ...this.#after(rest)] : this.#after(rest)
  }

  /** The blank lines between a thought and the answer belong to neither. */
  #after(text: string): readonly Stretch[] {
    const answer = text.trimStart()
    if (answer === '') return []
    this.#state = 'text'
    this.#mayClose = false
    return [{ type: 'text', delta: answer }]
  }

  #text(text: string): readonly Stretch[] {
    if (!this.#mayClose) return [{ type: 'text', delta: text }]
    const end = text.indexOf(this.#close)
    const before = end === -1 ? text : text.slice(0, end)
    this.#backticks += before.split('`').length - 1
    // An answer about such tags names the first before the second, or sets them as code.
    if (before.includes('<think>')) this.#mayClose = false
    if (!this.#mayClose || this.#backticks % 2 === 1) return [{ type: 'text', delta: text }]
    if (end !== -1) {
      this.wasThought = true
      return this.#closed(before, text.slice(end + this.#close.length))
    }
    const kept = text.length - Math.max(tagBeginningAtEnd(text, this.#close), tagBeginningAtEnd(text, '<think>'))
    this.#held = text.slice(kept)
    return kept > 0 ? [{ type: 'text', delta: text.slice(0, kept) }] : []
  }
}

/** In letters of any size. Not looked for in the small letters of the whole text: some letters become two. */
function indexOfTag(text: string, tag: string): number {
  const first = tag.charAt(0)
  let at = text.indexOf(first)
  while (at !== -1 && text.slice(at, at + tag.length).toLowerCase() !== tag) at = text.indexOf(first, at + 1)
  return at
}

/** How many characters at the end of a text may be the beginning of a tag. */
function tagBeginningAtEnd(text: string, tag: string): number {
  const end = text.slice(1 - tag.length).toLowerCase()
  for (let length = end.length; length > 0; length--) if (tag.startsWith(end.slice(-length))) return length
  return 0
}
