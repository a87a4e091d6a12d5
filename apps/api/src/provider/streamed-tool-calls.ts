import { randomUUID } from 'node:crypto'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { storable } from '../db/storable.ts'

/** Compatible servers leave out the index, the id, or send arguments that are already parsed. */
type Delta = Omit<Partial<ChatCompletionChunk.Choice.Delta.ToolCall>, 'function'> & {
  function?: { name?: string | null; arguments?: unknown }
}

/** A call as the model wrote it. */
export interface RawToolCall {
  readonly id: string
  readonly name: string
  /** Its arguments: JSON, if the model made no mistake. */
  readonly text: string
}

/** Puts together the tool calls of one streamed answer, whose pieces arrive in whatever form the server has. */
export class StreamedToolCalls {
  readonly #calls: {
    id: string
    index: number | undefined
    serverId: string | undefined
    name: string
    text: string
  }[] = []
  readonly #usedIds: Set<string>

  /** @param usedIds of the turn so far; some servers begin anew with each call, and ids must not repeat in an answer */
  constructor(usedIds: Set<string>) {
    this.#usedIds = usedIds
  }

  /**
   * Takes one piece.
   * @returns the call that it belongs to, whether it began it, and the arguments in it
   */
  add({ index, id, function: { name, arguments: given } = {} }: Delta): {
    call: RawToolCall
    began: boolean
    delta: string
  } {
    const serverId = (id && storable(id)) || undefined
    const delta = typeof given === 'string' ? given : given ? JSON.stringify(given) : ''
    let call = this.#find(index, serverId, name || undefined)
    const began = !call
    if (!call) {
      const ownId = serverId && !this.#usedIds.has(serverId) ? serverId : `call_${randomUUID().replaceAll('-', '')}`
      this.#usedIds.add(ownId)
      // Providers refuse a history with other names, and the model can write any.
      const ownName = name?.replace(/[^\w-]/g, '_').slice(0, 64) || 'unnamed'
      call = { id: ownId, index, serverId, name: ownName, text: '' }
      this.#calls.push(call)
    }
    call.text += delta
    return { call, began, delta }
  }

  all(): readonly RawToolCall[] {
    return this.#calls
  }

  /** A piece with a name and an id of its own begins a call even where the index repeats, as Ollama's once did. */
  #find(index: number | undefined, serverId: string | undefined, name: string | undefined) {
    const sameId = serverId && this.#calls.findLast((call) => call.serverId === serverId)
    if (sameId) return sameId
    if (index === undefined) return serverId || name ? undefined : this.#calls.at(-1)
    const sameIndex = this.#calls.findLast((call) => call.index === index)
    return serverId && name ? undefined : sameIndex
  }
}
