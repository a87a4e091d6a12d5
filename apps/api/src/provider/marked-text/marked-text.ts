import type { ProviderFeature, TextEvent, TextReader } from '../provider-feature.ts'

/** Tells thoughts from text where the server does not, and takes out the tokens of templates that it passes on. */
export const markedText: ProviderFeature = { text: (by) => new MarkedText(by) }

/** Models whose last answer began inside a thought, as their templates have it. */
const beginInThought = new Set<string>()

/** Of thoughts, as models write them: DeepSeek, Qwen, Gemini, Seed, MiniMax; also in brackets (Magistral) and ◁▷ (Kimi). */
const THOUGHT =
  'think thinking thought thoughts reasoning reason reasoning_content antthinking seed:think mm:think'.split(' ')
/** A token of a template: gpt-oss, Llama, Qwen, Cohere, DeepSeek; Gemma's have but one bar. */
const TOKEN = String.raw`<[|｜][^\s<>]{1,32}>|<[^\s<>/|]{1,32}\|>`
/** What stands between such tokens. */
const ROLE = 'assistant|model|final|commentary|analysis|thought'
const OTHER_TAGS = ['[think]', '[/think]', '◁think▷', '◁/think▷']
/** Tokens of templates that look like tags. */
const BEGIN = ['<s>', '<bos>', '<start_of_turn>', '<answer>']
const END = ['</s>', '<eos>', '<end_of_turn>', '</answer>', '[/INST]', '[EOS]']

const escaped = (text: string) => text.replace(/[|[\]/]/g, '\\$&')
/** The beginnings of some words, the whole ones too. */
const partly = (words: readonly string[]) =>
  words.map((word) => [...word].reduceRight((rest, char) => `${escaped(char)}(?:${rest})?`, '')).join('|')
const PART_OF_TOKEN = '<[|｜][^\\s<>]{0,32}'

const OPEN = new RegExp(`^(?:<(?:${THOUGHT.join('|')})(?:\\s[^>\\n]{0,40})?>|\\[think\\]|◁think▷)`, 'i')
const CLOSE = new RegExp(`^(?:</(?:${THOUGHT.join('|')})\\s?>|\\[/think\\]|◁/think▷)`, 'i')
const FIRST = new RegExp(`^(?:(?:${TOKEN}|${BEGIN.join('|')})\\s?(?:${ROLE})?\\s*)+`, 'i')
const MAYBE_FIRST = new RegExp(
  `^(?:</?(?:${partly(THOUGHT)})?(?:\\s[^>\\n]{0,40})?|${PART_OF_TOKEN}|${partly([...BEGIN, ...OTHER_TAGS])})$`,
  'i',
)
/** Tokens that begin a thought, which the next one ends. */
const THINKS = /analysis|start_thinking|\|think\||thought/i
const LAST = `(?:\\s*(?:${TOKEN}|${END.map(escaped).join('|')}))+`
const ONLY_LAST = new RegExp(`^${LAST}\\s*$`, 'i')
const MAYBE_LAST = new RegExp(`(?:${LAST})?\\s*(?:${PART_OF_TOKEN}|${partly([...END, '<s>'])})$|${LAST}\\s*$`, 'i')

/** What ends a thought, and what may be the beginning of that. */
interface Closing {
  readonly whole: RegExp
  readonly part: RegExp
}
const byToken: Closing = { whole: new RegExp(TOKEN), part: /\s*<[|｜]?[^\s<>]{0,32}$/ }
const byTag = (tag: string): Closing => ({
  whole: new RegExp(escaped(tag).replace(/>$/, '\\s?>'), 'i'),
  part: new RegExp(`\\s*(?:${partly([tag])})$`, 'i'),
})
const usual = byTag('</think>')
/** Of an answer about such tags. */
const MAYBE_OPEN = new RegExp(`(?:${partly(['<think>'])})$`)

/**
 * Reads the text of one answer, in however many pieces. Marks count at its beginning and at its end; what stands within is
 * text, because an answer can be about such tags.
 *
 * Templates that begin inside a thought only close it. That is known when it closes, and for the model's next answers
 * from the beginning.
 */
export class MarkedText implements TextReader {
  readonly #by: string
  #state: 'begin' | 'thought' | 'text' = 'begin'
  /** Of the thought; null: that the server tells. */
  #closing: Closing | null = usual
  /** What may be the beginning of a mark. */
  #held = ''
  /** Without a tag at its beginning, an answer may turn out to have been a thought. */
  #mayClose = true
  #backticks = 0
  #thinks = false
  #isMarked = false
  /** The thought came as one. */
  #isTold = false
  /** But has tags all the same, and what comes after them in its place is text. */
  #leaks = false
  /** Taken for a thought without a tag that says so: in the end it may have been the answer. */
  #presumed: string[] | null
  #wasThought = false
  #isStruck = false

  constructor(by: string) {
    this.#by = by
    this.#presumed = beginInThought.has(by) ? [] : null
  }

  get thinks(): boolean {
    return this.#state === 'thought'
  }

  passes(text: string): boolean {
    const may = text.includes('<') || text.includes('[') || (this.#mayClose && text.includes('`'))
    return this.#state === 'text' && this.#held === '' && !may
  }

  add(type: 'text' | 'reasoning', delta: string): readonly TextEvent[] {
    if (type === 'text') return this.#add(delta)
    if (this.#leaks && this.#state !== 'thought') return this.#continue(delta)
    this.#mayClose = false
    if (this.#state === 'text') return [{ type, delta }]
    if (this.#state === 'begin' && !this.#isTold) {
      this.#presumed = null
      this.#isTold = true
      this.#closing = null
    }
    return this.#continue(delta)
  }

  #add(delta: string): readonly TextEvent[] {
    this.#leaks = false
    if (!this.#isTold) return this.#continue(delta)
    // The server says that the thought has ended.
    const last = this.#lastOf(this.#held)
    this.#isTold = false
    this.#state = 'begin'
    this.#held = ''
    return [...last, ...this.#begin(delta)]
  }

  end(): readonly TextEvent[] {
    const held = this.#held
    this.#held = ''
    if (this.#wasThought || (this.#presumed && this.#state !== 'thought')) beginInThought.add(this.#by)
    else if (this.#state === 'text') beginInThought.delete(this.#by)
    if (this.#state === 'thought') {
      const presumed = this.#presumed ? this.#presumed.join('') + held : ''
      return [...this.#lastOf(held), ...(presumed ? [{ type: 'text' as const, delta: presumed }] : [])]
    }
    const isMark = ONLY_LAST.test(held) && !(this.#isStruck && held.includes('</s>'))
    const rest = this.#state === 'begin' ? held.replace(FIRST, '') : held
    return rest.trim() === '' || isMark ? [] : [{ type: 'text', delta: rest }]
  }

  #continue(delta: string): readonly TextEvent[] {
    const text = this.#held + delta
    this.#held = ''
    if (this.#state === 'begin') return this.#begin(text)
    return this.#state === 'thought' ? this.#thought(text) : this.#text(text)
  }

  /** Before anything was said, and between a thought and what follows. */
  #begin(text: string): readonly TextEvent[] {
    const start = text.trimStart()
    const [open] = OPEN.exec(start) ?? []
    if (open) return this.#opened(byTag(open.replace(/^(.)([^\s>\]▷]+).*(.)$/, '$1/$2$3')), start.slice(open.length))
    const [first = ''] = (this.#mayClose ? null : CLOSE.exec(start)) ?? FIRST.exec(start) ?? []
    const rest = start.slice(first.length)
    if (start === '' || MAYBE_FIRST.test(rest) || (first && /^\w{0,10}$/.test(rest))) {
      // A word may follow, or the rest of one.
      if (start !== '' || !this.#isMarked) this.#held = text
      return []
    }
    if (THINKS.test(first)) return this.#opened(byToken, rest)
    this.#isMarked ||= first !== ''
    if (first) return this.#begin(rest)
    const said = this.#isMarked ? start : text
    this.#state = this.#isTold || (this.#presumed && !this.#isMarked) ? 'thought' : 'text'
    return this.#state === 'thought' ? this.#thought(said) : this.#text(said)
  }

  #opened(closing: Closing, rest: string): readonly TextEvent[] {
    this.#state = 'thought'
    this.#leaks = this.#isTold
    this.#presumed = null
    this.#closing = closing
    this.#isMarked = true
    this.#thinks = false
    return this.#thought(rest)
  }

  /** Within tags without the blank lines around it. */
  #thought(delta: string): readonly TextEvent[] {
    const text = this.#closing && !this.#thinks ? delta.trimStart() : delta
    const end = this.#closing?.whole.exec(text)
    if (end) {
      this.#state = 'begin'
      this.#mayClose = false
      this.#isMarked = true
      this.#isTold = false
      const last = text.slice(0, end.index).trimEnd()
      const rest = this.#begin(text.slice(end.index + (this.#closing === byToken ? 0 : end[0].length)))
      return last ? [{ type: 'reasoning', delta: last }, ...rest] : rest
    }
    const open = text.search(this.#closing?.part ?? MAYBE_LAST)
    const said = open === -1 ? text : text.slice(0, open)
    const kept = (this.#closing ? said.trimEnd() : said).length
    this.#held = text.slice(kept)
    this.#presumed?.push(text.slice(0, kept))
    this.#thinks ||= kept > 0
    return kept > 0 ? [{ type: 'reasoning', delta: text.slice(0, kept) }] : []
  }

  /** Of a thought, what was held back at its end. */
  #lastOf(held: string): readonly TextEvent[] {
    const isMark = ONLY_LAST.test(held) || CLOSE.test(held.trim())
    return held.trim() === '' || isMark ? [] : [{ type: 'reasoning', delta: held }]
  }

  #text(text: string): readonly TextEvent[] {
    if (text.includes('<s>')) this.#isStruck = true
    if (this.#mayClose) {
      const end = usual.whole.exec(text)
      const before = end ? text.slice(0, end.index) : text
      this.#backticks += before.split('`').length - 1
      // An answer about such tags names the first before the second, or sets them as code.
      if (before.includes('<think>')) this.#mayClose = false
      else if (end && this.#backticks % 2 === 0) {
        this.#wasThought = true
        this.#closing = usual
        this.#thinks = true
        return [{ type: 'was-thought' }, ...this.#thought(text)]
      }
    }
    const opens = this.#mayClose && this.#backticks % 2 === 0 ? [usual.part, MAYBE_OPEN, MAYBE_LAST] : [MAYBE_LAST]
    const kept = Math.min(...opens.map((open) => text.search(open)).filter((at) => at !== -1), text.length)
    this.#held = text.slice(kept)
    return kept > 0 ? [{ type: 'text', delta: text.slice(0, kept) }] : []
  }
}
