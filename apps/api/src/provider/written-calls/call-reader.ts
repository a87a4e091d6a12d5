import type { WrittenCall } from '../provider-feature.ts'
import { type Fields, listOf, looseJson, recordOf } from '../unknown-values.ts'

/** The tool that is meant by what a model wrote, its name as offered and its schema; undefined for none of those. */
export type Offered = (written: string) => { readonly name: string; readonly inputSchema: Fields } | undefined

/** What is no call, exactly as it came; `read` characters of it need not be looked at again. */
export interface Over {
  readonly calls: readonly WrittenCall[]
  readonly rest: string
  readonly read: number
}

/** Characters of a call. What goes on for longer is none, and would fill the memory. */
const LONGEST = 200_000
/** Characters of a mark, and of a name with what stands around it. */
const LONGEST_MARK = 160
/** One inside the other, before a name. */
const MOST_MARKS = 6

/** Before the names of tags: MiniMax, Seed, Step, LongCat; DeepSeek's have bars, of several kinds. */
const SPACE = String.raw`(?:[\w-]+:|longcat_|[|｜‖]+DSML[|｜‖]+)?`
const TAG = 'tool_?calls?|function_?calls?|calls|tool_use|function|invoke|tool'
const OPEN = new RegExp(
  String.raw`<${SPACE}(?:${TAG})(?:=["']?([\w.:/-]+)["']?|(?:\s[^<>]*?)?\bname=["']([\w.:/-]+)["'][^<>]*?|\s[^<>]*?)?(/?)>` +
    String.raw`|\[TOOL_CALLS?\]|<[|｜][^\s<>]{1,40}?[|｜]?>`,
  'iy',
)
const CLOSE = new RegExp(
  String.raw`</${SPACE}(?:${TAG})>|<[|｜](?:[^\s<>]*[_▁])?end(?:[_▁][^\s<>]*)?[|｜]>|<\|(?:call|return|eom_id|eot_id)\|>` +
    String.raw`|<\w+\|>|\[/TOOL_CALLS?\]|</s>`,
  'iy',
)
/** What stands between a name and its arguments, or before the name: Mistral, Kimi, DeepSeek, gpt-oss, Hunyuan. */
const BETWEEN =
  /\[ARGS\]|\[CALL_ID\]\w+(?=\W)|<[|｜]tool[_▁](?:call_argument_begin|sep)[|｜]>|<tool_sep>|<\/?(?:tool_)?(?:name|arguments|parameters|args|input)>|```(?:json)?|<\|constrain\|>|<\|message\|>|json(?=\s*[{<])/iy
const KIND = /function(?=<)|call:(?=\w)/iy
const AFTER = /<\/(?:arguments|parameters|args|input)>/iy
const FENCE = /```/y
const CHANNEL = /<\|(?:start|channel)\|>/y
/** Of gpt-oss: who is talked to stands before the channel or behind it. */
const HEAD =
  /(?:<\|start\|>\s*assistant\s*)?(?:to=([\w.:-]+)\s*)?(?:<\|channel\|>\s*(?:commentary|analysis)\s*)?(?:to=([\w.:-]+)\s*)?(?:<\|constrain\|>)?\s*(?:json|code)?\s*<\|message\|>/y
const NAME = /[\w.:/-]+/y
const PARAMETER = new RegExp(
  String.raw`<(${SPACE}parameter)(?:=["']?([^<>"']+)["']?|\s+name=["']([^<>"']+)["']([^<>]*))>|<arg_key>([^<>]*)</arg_key>`,
  'iy',
)
/** The rest of a mark, of a key, or of a word. */
const PART = /^(?:<[^>]*|\[[^\]]*|`+|\w+\s*|\[CALL_ID\]\w*|<arg_key>[^<>]*(?:<[^>]*)?)$/
const BLANK = /\s*/y
const BETWEEN_CALLS = /[\s,;]*/y

/** Reads calls from the mark that begins them, in however many pieces: each character once. */
export class CallReader {
  readonly #offered: Offered
  /** Nothing but the call itself tells that it is one: then it is all that is said. */
  readonly #bare: boolean
  #calls: WrittenCall[] = []
  #text = ''
  /** Where what belongs to no call yet begins. */
  #from = 0
  #at = 0
  #state: 'mark' | 'arguments' | 'json' | 'value' = 'mark'
  #marks = 0
  #tool: ReturnType<Offered>
  #input: Record<string, unknown> = {}
  #fenced = false
  // Of JSON.
  #begin = 0
  #depth = 0
  #quote = ''
  // Of a value.
  #key = ''
  #plain = false
  #end = ''

  constructor(offered: Offered, bare: boolean) {
    this.#offered = offered
    this.#bare = bare
  }

  /** @returns null as long as it may go on */
  add(text: string): Over | null {
    this.#text += text
    for (;;) {
      const before = this.#at
      const state = this.#state
      const goesOn = this.#text.length - this.#from <= LONGEST && this.#step()
      if (goesOn === false) return this.#over()
      if (goesOn === null || (before === this.#at && state === this.#state)) return null
    }
  }

  /** Nothing comes any more. */
  end(): Over {
    if (this.#calls.length > 0 && this.#text.slice(this.#from).trim() === '') this.#from = this.#text.length
    return this.#over()
  }

  #over(): Over {
    if (this.#bare && this.#from < this.#text.length) this.#calls = []
    const from = this.#calls.length > 0 ? this.#from : 0
    const raw = this.#text.slice(0, from)
    const calls = this.#calls.map((call, i) => (i === 0 ? { ...call, raw } : call))
    return { calls, rest: this.#text.slice(from), read: Math.max(0, this.#at - from) }
  }

  /** @returns true: something was read; null: what comes next decides; false: it is no call, or the calls are over */
  #step(): boolean | null {
    if (this.#state === 'json') return this.#json()
    if (this.#state === 'value') return this.#value()
    this.#skip(this.#state === 'mark' && this.#calls.length > 0 ? BETWEEN_CALLS : BLANK)
    const text = this.#text
    if (this.#at === text.length) return null
    const read = this.#state === 'mark' ? this.#mark() : this.#argument()
    if (read !== false) return read
    const tail = text.slice(this.#at)
    return tail.length < LONGEST_MARK && PART.test(tail) ? null : false
  }

  #mark(): boolean | null {
    const next = this.#text[this.#at] ?? ''
    if (this.#bare && next !== '{' && next !== '[' && !this.#calls.length) return false
    if (this.#match(CHANNEL, false)) return this.#channel()
    if (this.#match(CLOSE)) return this.#closed()
    if (this.#calls.length > 0 && (this.#match(AFTER) || (this.#fenced && this.#match(FENCE)))) return this.#closed()
    const open = this.#match(OPEN)
    if (open) {
      const [, tag, attribute, closes] = open
      if (++this.#marks > MOST_MARKS) return false
      if (!this.#begins(tag ?? attribute)) return false
      return closes ? this.#accept(this.#tool ? [[this.#tool, {}]] : null) : true
    }
    if (next === '{' || next === '[') {
      if (next === '{') return this.#beginJson()
      const list = /^\[\s*(.?)/.exec(this.#text.slice(this.#at, this.#at + LONGEST_MARK))?.[1]
      return list === '{' ? this.#beginJson() : list === '' ? null : false
    }
    if (this.#match(KIND) || this.#match(BETWEEN)) return true
    const name = this.#match(NAME, false)?.[0]
    if (name === undefined) return false
    if (this.#at + name.length === this.#text.length) return name.length < LONGEST_MARK ? null : false
    if (!this.#offered(name)) return false
    this.#at += name.length
    return this.#begins(name)
  }

  /** Its head has ended with `<|message|>`. */
  #channel(): boolean | null {
    const tail = this.#text.slice(this.#at, this.#at + LONGEST_MARK)
    if (!tail.includes('<|message|>')) return tail.length < LONGEST_MARK ? null : false
    const head = this.#match(HEAD, false)
    const name = head?.[2] ?? head?.[1]
    if (!head || !name || !this.#offered(name)) return false
    this.#at += head[0].length
    return this.#begins(name)
  }

  /** @param name none: a mark around a call */
  #begins(name: string | undefined): boolean {
    if (name === undefined) return true
    this.#tool = this.#offered(name)
    this.#input = {}
    this.#state = 'arguments'
    return this.#tool !== undefined
  }

  /** What closes a call belongs to it. */
  #closed(): boolean {
    if (this.#calls.length === 0) return false
    this.#from = this.#at
    this.#marks = 0
    return true
  }

  #argument(): boolean | null {
    const tool = this.#tool
    if (!tool) return false
    if (this.#text[this.#at] === '{') return this.#beginJson()
    const parameter = this.#match(PARAMETER)
    if (parameter) {
      const [, tag, equal, attribute, more = '', key] = parameter
      this.#key = (equal ?? attribute ?? key ?? '').trim()
      this.#end = tag ? `</${tag}>` : '</arg_value>'
      this.#plain = /string=["']true/.test(more) || (!more.includes('string=') && isText(tool.inputSchema, this.#key))
      this.#begin = this.#at
      this.#state = 'value'
      return true
    }
    if (this.#match(CLOSE)) return this.#accept([[tool, this.#input]])
    const between = this.#match(BETWEEN)
    if (between?.[0].startsWith('`')) this.#fenced = true
    return between !== null
  }

  #value(): boolean | null {
    const end = this.#text.indexOf(this.#end, Math.max(this.#begin, this.#at - this.#end.length))
    this.#at = end === -1 ? this.#text.length : end + this.#end.length
    if (end === -1) return null
    // The mark before a value is forgotten at times.
    const value = this.#text
      .slice(this.#begin, end)
      .replace(/^\s*<arg_value>/, '')
      .replace(/^\n|\n$/g, '')
    this.#input[this.#key] = this.#plain ? value : (looseJson(value.trim()) ?? value)
    this.#state = 'arguments'
    return true
  }

  #beginJson(): boolean {
    this.#begin = this.#at
    this.#depth = 0
    this.#quote = ''
    this.#state = 'json'
    return true
  }

  #json(): boolean | null {
    const text = this.#text
    if (this.#bare && this.#calls.length === 0 && this.#at < LONGEST_MARK && !mayBeBare(text, this.#offered))
      return false
    while (this.#at < text.length) {
      const char = text[this.#at] as string
      if (this.#quote) {
        if (char === '\\') {
          if (this.#at + 1 === text.length) return null
          this.#at++
        } else if (char === this.#quote) this.#quote = ''
      } else if (char === '"' || char === "'") this.#quote = char
      else if (char === '{' || char === '[') this.#depth++
      else if (char === '}' || char === ']') this.#depth--
      else if (char === '<') {
        // A mark that ends what is not whole. Gemma's quotes have marks around them.
        if (this.#at + 1 === text.length) return null
        if (text[this.#at + 1] !== '|') return false
      }
      this.#at++
      if (this.#depth === 0) return this.#object(looseJson(text.slice(this.#begin, this.#at).replaceAll('<|"|>', '"')))
    }
    return null
  }

  #object(value: unknown): boolean {
    if (!this.#tool) return this.#accept(callsIn(value, this.#offered, this.#bare))
    const input = recordOf(value)
    return this.#accept(input && [[this.#tool, input]])
  }

  #accept(calls: readonly (readonly [{ readonly name: string }, Fields])[] | null): boolean {
    if (!calls) return false
    for (const [{ name }, input] of calls)
      this.#calls.push({ type: 'written-call', name, text: JSON.stringify(input), raw: '' })
    this.#from = this.#at
    this.#tool = undefined
    this.#marks = 0
    this.#state = 'mark'
    return true
  }

  #match(pattern: RegExp, take = true): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found && take) this.#at += found[0].length
    return found
  }

  #skip(pattern: RegExp): void {
    this.#match(pattern)
  }
}

const FIRST_KEY = /^[\s[]*\{\s*"([^"]*)"/
const KEYS = /^(name|tool_name|tool|type|id|function|arguments|parameters|args|input)$/
const OWN_NAME = /"(?:name|tool_name)"\s*:\s*"([^"]*)"/

/** Answers in JSON are not kept waiting: nearly all are told from calls by their first key. */
function mayBeBare(text: string, offered: Offered): boolean {
  const key = FIRST_KEY.exec(text)?.[1]
  if (key === undefined) return /^[\s[]*(\{\s*("\w*)?)?$/.test(text)
  const name = OWN_NAME.exec(text)?.[1]
  return KEYS.test(key) && (name === undefined || offered(name) !== undefined)
}

/** All that a JSON value calls, or null where not all of it are calls. */
function callsIn(value: unknown, offered: Offered, bare: boolean) {
  const calls = (Array.isArray(value) ? value : [value]).map((one) => {
    const outer = recordOf(one)
    const call = recordOf(outer?.function) ?? outer
    const name = [call?.name, call?.tool_name, call?.tool, call?.function].find((it) => typeof it === 'string')
    const tool = name === undefined ? undefined : offered(name as string)
    const given = call?.arguments ?? call?.parameters ?? call?.args ?? call?.input
    const input = recordOf(typeof given === 'string' ? looseJson(given) : (given ?? (bare ? null : {})))
    return tool && input ? ([tool, input] as const) : undefined
  })
  return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : null
}

/** Whether a parameter is a text, which may look like a number. */
function isText(schema: Fields, key: string): boolean {
  const property = recordOf(recordOf(schema.properties)?.[key])
  const types = [property?.type, ...listOf(property?.anyOf).map((one) => recordOf(one)?.type)]
  return types.flat().includes('string')
}
