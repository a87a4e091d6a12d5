import type { AnyValue, AnyValueMap } from '@opentelemetry/api-logs'
import type { ContentEvent, ContentMessage, ContentPicture, ContentTool } from '../model-call.ts'
import { MAX_CHARS, redacted } from '../redacted.ts'

/** Parts of messages in the form of the conventions' JSON schemas, without secrets, each text cut to 2,000 characters. */
export type Part = AnyValueMap & { type: string }

const text = (content: string): Part => ({ type: 'text', content: redacted(content) })
const reasoning = (content: string): Part => ({ type: 'reasoning', content: redacted(content) })
/** Its type and size, in the conventions' form for what has none: a `blob` would have its bytes. */
const picture = ({ mediaType, bytes, width, height }: ContentPicture): Part => ({
  ...{ type: 'image', modality: 'image', mime_type: mediaType, bytes, width, height },
})
const toolCall = (id: string, name: string, input: string): Part => ({
  ...{ type: 'tool_call', id, name, arguments: structured(input) },
})

/** Our own instructions: `gen_ai.system_instructions`. */
export function systemInstructions(messages: readonly ContentMessage[]): Part[] {
  return messages.filter(({ role }) => role === 'system').map((message) => text(message.text))
}

/** What people, models and tools said: `gen_ai.input.messages`. */
export function inputMessages(messages: readonly ContentMessage[]) {
  return messages
    .filter(({ role }) => role !== 'system')
    .map((message) => ({ role: message.role, parts: partsOf(message) }))
}

function partsOf(message: ContentMessage): Part[] {
  if (message.callId !== undefined)
    return [{ type: 'tool_call_response', id: message.callId, response: structured(message.text) }]
  return [
    ...(message.reasoning ? [reasoning(message.reasoning)] : []),
    ...(message.pictures ?? []).map(picture),
    ...(message.text ? [text(message.text)] : []),
    ...(message.calls ?? []).map((call) => toolCall(call.id, call.name, call.text)),
  ]
}

/** `gen_ai.tool.definitions`; a schema that is too long is left out, as the conventions advise for all. */
export function toolDefinitions(tools: readonly ContentTool[]): AnyValueMap[] {
  return tools.map(({ name, description, inputSchema }) => ({
    ...{ type: 'function', name, description: redacted(description) },
    ...(JSON.stringify(inputSchema).length <= MAX_CHARS && { parameters: inputSchema as AnyValueMap }),
  }))
}

/** The answer as it arrives. */
export class OutputMessage {
  readonly #pieces: { type: 'text' | 'reasoning' | 'call'; id: string; name: string; deltas: string[] }[] = []

  add(events: readonly ContentEvent[]): void {
    for (const { type, id = '', name = '', delta } of events) {
      if (type === 'call') this.#pieces.push({ type, id, name, deltas: [] })
      else if (type === 'call-input') this.#pieces.find((piece) => piece.id === id)?.deltas.push(delta ?? '')
      else if (type === 'was-thought')
        for (const piece of this.#pieces) if (piece.type === 'text') piece.type = 'reasoning'
      if ((type === 'text' || type === 'reasoning') && delta !== undefined) this.#append(type, delta)
    }
  }

  #append(type: 'text' | 'reasoning', delta: string): void {
    const last = this.#pieces.at(-1)
    if (last?.type === type) last.deltas.push(delta)
    else this.#pieces.push({ type, id: '', name: '', deltas: [delta] })
  }

  /** `gen_ai.output.messages`; none where nothing came back. */
  get() {
    const parts = this.#pieces.map(({ type, id, name, deltas }) => {
      const content = deltas.join('')
      return type === 'call' ? toolCall(id, name, content) : type === 'text' ? text(content) : reasoning(content)
    })
    return parts.length > 0 ? [{ role: 'assistant', parts }] : []
  }
}

/** JSON as what it says, where it is short enough; otherwise as text. */
function structured(json: string): AnyValue {
  if (json.length <= MAX_CHARS) {
    try {
      return withoutSecrets(JSON.parse(json))
    } catch {}
  }
  return redacted(json)
}

function withoutSecrets(value: unknown): AnyValue {
  if (typeof value === 'string') return redacted(value)
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (typeof value !== 'object' || value === null) return value as AnyValue
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [redacted(key), withoutSecrets(inner)]))
}
