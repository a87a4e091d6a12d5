import type { Readable } from 'node:stream'
import { errorType } from '@repo/telemetry/catalogue'
import * as features from '../features.ts'
import { ProviderError, refusals } from '../provider-error.ts'
import { looseJson, recordOf } from '../unknown-values.ts'

/** Characters. Nobody's chunk is that long; what never ends a line must not fill the memory. */
const LONGEST_LINE = 16 * 1024 * 1024
/** Of what is no JSON, kept to tell what answered instead. */
const LONGEST_TEXT = 2000
const oddBytes = Object.values<features.ProviderFeature>(features).find(({ bytes }) => bytes)?.bytes
/** After `[DONE]`: how long the connection may take to end by itself, and so be used again. */
const DRAIN_MS = 1000

/**
 * First step: bytes to events. Yields one array per network read, with the JSON values that it completed, in order. Takes
 * server-sent events as they are met in the wild (no blank lines between, any line end, comments, keep-alives that are
 * data), JSON by the line, and a whole body of JSON. What is marked as an error gets the form `{error}`. Ends at `[DONE]`,
 * of which it makes `{done: true}`, whatever the connection does then.
 *
 * @param alive called for every read: a comment, too, is a sign of life
 * @throws {ProviderError} after what came before it: `stream_error` for JSON that is broken, `not_an_api` for a page or
 * text; whatever the connection throws
 */
export async function* readEvents(body: Readable, alive: () => void): AsyncGenerator<unknown[], void, undefined> {
  let reads = readsOf(body)
  const lines = new LineReader()
  let decoder: InstanceType<typeof TextDecoder> | undefined
  try {
    while (!lines.done) {
      const { done = false, value }: IteratorResult<Uint8Array, undefined> = await reads.next()
      if (value) alive()
      if (value && !decoder && oddBytes?.isCompressed(value)) {
        await reads.return?.()
        body.unshift(value)
        reads = readsOf(oddBytes.inflated(body))
        continue
      }
      decoder ??= new TextDecoder(value && oddBytes?.encoding(value))
      lines.feed(decoder.decode(value, { stream: !done }))
      if (done) lines.end()
      const events = lines.take()
      if (events.length > 0) yield events
      if (lines.failure) throw lines.failure
      if (done) break
    }
  } finally {
    // What nobody reads any more: ended by the server in a moment, or by us.
    await reads.return?.()
    if (lines.done) drain(body)
    else body.destroy()
  }
}

/** What came together is one read. */
function readsOf(wire: Readable): AsyncIterator<Uint8Array, undefined> {
  return wire.iterator({ destroyOnReturn: false })
}

function drain(body: Readable): void {
  const timer = setTimeout(() => body.destroy(), DRAIN_MS)
  body
    .on('error', () => {})
    .on('close', () => clearTimeout(timer))
    .resume()
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
    this.failure = new ProviderError(type, { retryable: !this.#isPage, refusal: refusals?.read(this.#text) })
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
    // Nearly always. Pretty JSON may have whatever words in it.
    if (line.startsWith('data:')) this.#data(line.slice(5), true)
    else if (line === '') this.#endEvent()
    else if (this.#begun && !this.#framed) this.#data(line, false)
    else this.#other(line)
  }

  #other(line: string): void {
    const [, field = '', value = ''] = FIELD.exec(line) ?? []
    const name = field.toLowerCase()
    if (name === 'event') this.#isError = value.trim() === 'error'
    else if (name === 'error') this.#isError = true
    if (name === 'data' || name === 'error') this.#data(value, true)
    else if (line.trim() === '') this.#endEvent()
    else if (name === '' && !line.startsWith(':')) this.#data(line.replace(RECORD_SEPARATOR, ''), false)
  }

  #data(data: string, framed: boolean): void {
    if (this.#begun && (this.#framed || !framed)) {
      this.#goOn(data)
      return
    }
    this.#begun = '' // a line that only looked like JSON
    const payload = data.trim()
    if (payload.startsWith('{')) this.#json(payload, framed)
    else this.#noObject(payload, framed)
  }

  #noObject(payload: string, framed: boolean): void {
    const isError = this.#isError || (framed && ERROR_TEXT.test(payload))
    if (DONE.test(payload)) {
      this.done = true
      this.#events.push({ done: true })
    } else if (payload && isError) this.#push({ error: payload })
    else if (payload.startsWith('[')) this.#json(payload, framed)
    else if (payload.startsWith('"{'))
      this.#data(String(looseJson(payload) ?? ''), framed) // JSON in a string of JSON
    else if (payload.startsWith('data:')) this.#data(payload.slice(5), framed)
    else if (/^b['"]\{/.test(payload))
      this.#data(payload.slice(2, -1), framed) // bytes, as Python prints them
    else {
      // A keep-alive, such as `ping` or nothing; or the text of a page.
      this.#isPage ||= !framed && payload !== ''
      if (this.#text.length < LONGEST_TEXT) this.#text += `${payload.slice(0, LONGEST_TEXT)}\n`
    }
  }

  #json(text: string, framed: boolean): void {
    const json = looseJson(text)
    this.#begun = json === undefined ? text : ''
    this.#framed = framed
    if (json !== undefined) this.#push(json)
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
    this.#json(this.#begun, this.#framed)
    return this.#begun === ''
  }

  #push(json: unknown): void {
    this.#seen = true
    for (const value of Array.isArray(json) ? json : [json])
      this.#events.push(this.#isError && recordOf(value)?.error === undefined ? { error: value } : value)
  }
}

const RECORD_SEPARATOR = '\u001e'
/** A field with its value, in whatever letters. */
const FIELD = /^\s*(data|event|error|id|retry)\b\s*:?(.*)/is
const DONE = /^"?\[done\]/i
/** An error in words, where JSON is expected. */
const ERROR_TEXT = /^\[?(error|exception)\b/i
