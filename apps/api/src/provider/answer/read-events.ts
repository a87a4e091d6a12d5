import { errorType } from '@repo/telemetry/catalogue'
import { ProviderError } from '../provider-error.ts'
import { readRefusal } from '../refusal.ts'

/** Characters. Nobody's chunk is that long; what never ends a line must not fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024
/** Of what is no JSON, kept to tell what answered instead. */
const LONGEST_TEXT = 2000
/** After `[DONE]`: how long the connection may take to end by itself, and so be used again. */
const DRAIN_MS = 1000

/**
 * First step: bytes to events. Yields one array per network read, with the JSON values that it completed, in order. Takes
 * server-sent events as they are met in the wild (no blank lines between, any line end, comments, keep-alives that are
 * data), JSON by the line, and a whole body of JSON. What is marked as an error gets the form `{error}`. Ends at `[DONE]`,
 * whatever the connection does then.
 *
 * @param alive called for every read: a comment, too, is a sign of life
 * @throws {ProviderError} after what came before it: `stream_error` for JSON that is broken, `not_an_api` for a page or
 * text; whatever the connection throws
 */
export async function* readEvents(response: Response, alive: () => void): AsyncGenerator<unknown[], void, undefined> {
  const reader = response.body?.getReader()
  if (!reader) return
  const lines = new LineReader()
  const decoder = new TextDecoder()
  try {
    while (!lines.done) {
      const { done, value } = await reader.read()
      if (!done) alive()
      lines.feed(done ? decoder.decode() : decoder.decode(value, { stream: true }))
      if (done) lines.end()
      const events = lines.take()
      if (events.length > 0) yield events
      if (lines.failure) throw lines.failure
      if (done) break
    }
  } finally {
    // What nobody reads any more: ended by the server in a moment, or by us.
    if (lines.done) drain(reader)
    else reader.cancel().catch(() => {})
  }
}

function drain(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  const timer = setTimeout(() => reader.cancel().catch(() => {}), DRAIN_MS)
  const readOn = (): Promise<void> => reader.read().then(({ done }) => (done ? undefined : readOn()))
  readOn()
    .catch(() => {})
    .finally(() => clearTimeout(timer))
}

/** Lines to JSON values. */
class LineReader {
  #events: unknown[] = []
  /** Of the line that has not ended. */
  #line: string[] = []
  #lineLength = 0
  /** JSON that goes on in the next line, and whether it stands in a `data` field. */
  #begun = ''
  #framed = false
  /** The event says that it is an error. */
  #isError = false
  #seen = false
  /** What is no JSON, and whether some of it stands in no field: then it is no stream. */
  #text = ''
  #isPage = false
  /** `[DONE]` came. */
  done = false
  failure: ProviderError | undefined

  take(): unknown[] {
    const events = this.#events
    this.#events = []
    return events
  }

  feed(text: string): void {
    // JSON has no raw line ends inside. A pair that two reads tear apart becomes a blank line, of which none is too many.
    const read = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text
    let start = 0
    for (let end = read.indexOf('\n'); end !== -1 && !this.#over; end = read.indexOf('\n', start)) {
      this.#take(this.#whole(read.slice(start, end)))
      start = end + 1
    }
    if (start === read.length || this.#over) return
    this.#line.push(read.slice(start))
    this.#lineLength += read.length - start
    if (this.#lineLength + this.#begun.length > LONGEST_LINE) this.failure = new ProviderError(errorType.stream)
  }

  /** The body has ended: a line without an end counts where it is whole, and is a cut where it is not. */
  end(): void {
    if (this.#over) return
    const last = this.#whole('')
    if (last !== '') this.#take(last)
    if (this.#begun) this.#tryBegun()
    if ((this.#seen && !this.#isPage) || this.#begun || this.#over || this.#text.trim() === '') return
    const type = this.#seen ? errorType.stream : this.#isPage ? errorType.notAnApi : errorType.noContent
    this.failure = new ProviderError(type, { retryable: !this.#isPage, refusal: readRefusal(this.#text) })
  }

  get #over(): boolean {
    return this.done || this.failure !== undefined
  }

  #whole(end: string): string {
    if (this.#lineLength === 0) return end
    const line = this.#line.join('') + end
    this.#line = []
    this.#lineLength = 0
    return line
  }

  #take(line: string): void {
    if (line.startsWith('data:')) this.#data(line.slice(5), true)
    else if (line === '') this.#endEvent()
    else if (line.startsWith('event:')) this.#isError = line.slice(6).trim() === 'error'
    else if (line.startsWith('error:')) {
      this.#isError = true
      this.#data(line.slice(6), true)
    } else if (line.charCodeAt(0) !== COLON) this.#bare(line)
  }

  /** JSON by the line, an error without a field's name, other fields, or what is no such stream at all. */
  #bare(line: string): void {
    const text = line.trimStart()
    if (this.#begun || text.startsWith('{') || text.startsWith('[')) this.#data(line, false)
    else if (/^data:/i.test(text)) this.#data(text.slice(5), true)
    else if (!/^(id|retry|data|event)\b/.test(text)) {
      this.#isPage ||= text !== ''
      this.#note(line)
    }
  }

  #data(data: string, framed: boolean): void {
    if (this.#begun && (this.#framed || !framed)) {
      this.#goOn(data)
      return
    }
    this.#begun = '' // a line that only looked like JSON
    const payload = data.trim()
    const first = payload.charCodeAt(0)
    if (payload.startsWith('[DONE]')) this.done = true
    else if (first === BRACKET && ERROR_TEXT.test(payload)) this.#push(asError(payload))
    else if (first === BRACE || first === BRACKET) {
      const json = parse(payload)
      if (json !== undefined) this.#push(json)
      else {
        this.#begun = payload
        this.#framed = framed
      }
    } else if (this.#isError && payload) this.#push(payload)
    else if (payload.startsWith('"{'))
      this.#data(String(parse(payload) ?? ''), framed) // JSON in a string of JSON
    else if (payload.startsWith('data:')) this.#data(payload.slice(5), framed)
    else if (framed && ERROR_TEXT.test(payload)) this.#push(asError(payload))
    else if (framed && !this.#isError) this.#note(payload) // a keep-alive, such as `ping` or nothing
  }

  /** Tried only where it can be whole: a long one is not parsed once a line. */
  #goOn(data: string): void {
    this.#begun += `\n${data}`
    if (this.#begun.length > LONGEST_LINE) this.failure = new ProviderError(errorType.stream)
    else if (/^ ?[}\]]/.test(data)) this.#tryBegun()
  }

  #endEvent(): void {
    if (this.#begun && this.#framed && !this.#tryBegun()) this.failure = new ProviderError(errorType.stream)
    this.#isError = false
  }

  #tryBegun(): boolean {
    const json = parse(this.#begun)
    if (json === undefined) return false
    this.#begun = ''
    this.#push(json)
    return true
  }

  #push(json: unknown): void {
    this.#seen = true
    if (!Array.isArray(json)) this.#events.push(this.#isError ? asError(json) : json)
    else for (const value of json) this.#events.push(this.#isError ? asError(value) : value)
  }

  #note(text: string): void {
    if (this.#text.length < LONGEST_TEXT) this.#text += `${text.slice(0, LONGEST_TEXT)}\n`
  }
}

/** An error in words, where JSON is expected. */
const ERROR_TEXT = /^\[?(error|exception)\b/i
const COLON = 58
const BRACE = 123
const BRACKET = 91

function asError(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'error' in value ? value : { error: value }
}

/**
 * As servers write it: raw control characters in strings, the numbers of Python that JSON lacks, and several values in a
 * line are forgiven.
 * @returns undefined for what is no JSON
 */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const mended = text
      .replace(/\p{Cc}/gu, (char) => (char === '\n' ? ' ' : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`))
      .replace(/(?<=[:,[]\s*)(?:NaN|-?Infinity)(?=\s*[,}\]])/g, 'null')
    try {
      return JSON.parse(mended.includes('}{') ? `[${mended.replaceAll('}{', '},{')}]` : mended)
    } catch {
      return undefined
    }
  }
}
