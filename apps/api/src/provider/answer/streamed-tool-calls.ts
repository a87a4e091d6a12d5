import { randomUUID } from 'node:crypto'
import * as features from '../features.ts'
import type { CallEvent, RawToolCall } from '../provider-event.ts'
import { type Fields, isObject } from '../unknown-values.ts'

/** A piece of a call, as it arrives: servers leave out the index, the id or the name, or repeat them. */
export interface CallPiece {
  readonly index: number | undefined
  readonly id: string | undefined
  readonly name: string | undefined
  /** Of its arguments. */
  readonly text: string
  /** Unchecked: the fields of the call that nothing here knows. */
  readonly unknown?: Fields | undefined
}

interface Call {
  readonly id: string
  readonly index: number | undefined
  serverId: string | undefined
  name: string
  text: string
  /** The piece that came last: with some servers, all that there is so far. */
  last: string
  /** Told to the reader; its name cannot grow any more. */
  told: boolean
}

/** Of one answer. More is no answer, and would fill the memory. */
const MOST_CALLS = 128
const LONGEST_ID = 64

/** Puts together the tool calls of one streamed answer, whose pieces arrive in whatever form the server has. */
export class StreamedToolCalls {
  readonly #calls: Call[] = []
  readonly #usedIds: Set<string>
  readonly #tools: ReadonlySet<string>

  /**
   * @param usedIds of the turn so far; some servers begin anew with each call, and ids must not repeat in an answer
   * @param tools what can be called: tells a name that is whole from the piece of one
   */
  constructor(usedIds: Set<string>, tools: ReadonlySet<string>) {
    this.#usedIds = usedIds
    this.#tools = tools
  }

  /** Takes one piece. @returns what can be told now, and our id of the call; none where there are too many */
  add(piece: CallPiece): { readonly id: string | undefined; readonly events: readonly CallEvent[] } {
    const { index, id, name, text } = piece
    let call = this.#find(piece)
    const events: CallEvent[] = []
    if (call) {
      call.serverId ??= id
      if (name && !call.told && name !== call.name) call.name = name.startsWith(call.name) ? name : call.name + name
    } else {
      if (this.#calls.length >= MOST_CALLS || (!name && !id && text === '')) return { id: undefined, events }
      const before = this.#calls.at(-1)
      if (before) this.#tell(before, events)
      const isNew = id && id.length <= LONGEST_ID && !this.#usedIds.has(id)
      const own = isNew ? id : `call_${randomUUID().replaceAll('-', '')}`
      this.#usedIds.add(own)
      call = { id: own, index, serverId: id, name: name ?? '', text: '', last: '', told: false }
      this.#calls.push(call)
    }
    if (text === '') return { id: call.id, events }
    // Some begin with an empty object, and then send the arguments.
    if (call.text === '{}' && text.startsWith('{')) call.text = ''
    call.text += text
    call.last = text
    if (call.told) events.push({ type: 'call-input', id: call.id, delta: text })
    else if (call.name !== '') this.#tell(call, events)
    return { id: call.id, events }
  }

  /** Nothing comes any more. @returns the calls that had no arguments to tell */
  end(): readonly CallEvent[] {
    const events: CallEvent[] = []
    for (const call of this.#calls) this.#tell(call, events)
    return events
  }

  /** Whether there are some, and each is complete. */
  areWhole(): boolean {
    return this.#calls.length > 0 && this.#calls.every((call) => isObject(inputOf(call) || '{}'))
  }

  all(): readonly RawToolCall[] {
    return this.#calls.map((call) => ({ id: call.id, name: this.#nameFor(call.name), text: inputOf(call) }))
  }

  /**
   * The index tells calls apart, then the id; both repeat for calls that are different, on one server or another. So a
   * piece with a name begins a call wherever the one that it would belong to is complete, or has another id.
   */
  #find({ index, id, name, text }: CallPiece): Call | undefined {
    const last = this.#calls.at(-1)
    const sameIndex = index === undefined ? undefined : this.#calls.findLast((call) => call.index === index)
    const sameId = id === undefined ? undefined : this.#calls.findLast((call) => call.serverId === id)
    if (sameIndex) {
      const otherId = id !== undefined && sameIndex.serverId !== undefined && id !== sameIndex.serverId
      if (name && this.#isNext(sameIndex, name, text, otherId)) return undefined
      return otherId && sameId ? sameId : sameIndex
    }
    if (sameId && text !== '' && sameId.name === name && sameId.text === text) return sameId
    if (index !== undefined) return name || id !== undefined ? undefined : last
    if (sameId) return name && this.#isNext(sameId, name, text, false) ? undefined : sameId
    if (id !== undefined) return last && !name && last.serverId === undefined ? last : undefined
    return last && name && (last.text !== '' || this.#isNext(last, name, text, false)) ? undefined : last
  }

  /** Whether a piece with a name, in the place of a call, is another call. */
  #isNext(call: Call, name: string, text: string, otherId: boolean): boolean {
    const same = name === call.name
    if (isObject(call.text)) return otherId || !same || text !== call.text
    if (otherId) return !(same && call.text !== '')
    return !same && this.#tools.has(call.name) && this.#tools.has(name)
  }

  #tell(call: Call, events: CallEvent[]): void {
    if (call.told) return
    call.told = true
    events.push({ type: 'call', id: call.id, name: this.#nameFor(call.name) })
    if (call.text !== '') events.push({ type: 'call-input', id: call.id, delta: call.text })
  }

  /** The tool that is meant; otherwise a name that providers take in a history. */
  #nameFor(name: string): string {
    const plain = name.trim()
    const meant = this.#tools.has(plain) ? plain : mending?.name(plain, this.#tools)
    return meant ?? (name.replace(/[^\w-]/g, '_').slice(0, 64) || 'unnamed')
  }
}

const mending = Object.values<features.ProviderFeature>(features).find(({ calls }) => calls)?.calls

function inputOf({ text, last }: Call): string {
  return text === '' || isObject(text) ? text : (mending?.input(text, last) ?? text)
}
