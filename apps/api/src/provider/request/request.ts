import { createHash } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type OpenAI from 'openai'
import type { Picture } from '../../extension-points/attachments.ts'
import type { Tool } from '../../extension-points/tools.ts'
import * as features from '../features.ts'
import type { ServedModel } from '../models.ts'
import type { ProviderError } from '../provider-error.ts'
import { withPictures } from './picture-content.ts'
import { inTurn, type PromptMessage, picturesOf } from './prompt-message.ts'
import { newForm, type RefusedCall, type RequestBody, type RequestForm } from './request-form.ts'

export interface ProviderRequest {
  readonly model: ServedModel
  /** What is asked where it fails: a model of another server, one of the same, or nothing. */
  readonly spare: 'server' | 'model' | null
  readonly conversationId: string
  readonly messages: readonly PromptMessage[]
  readonly tools: readonly Pick<Tool, 'name' | 'description' | 'inputSchema' | 'plainSchema'>[]
  /** False: it has to answer now, although it is told of the tools that it used before. */
  readonly mayCallTools: boolean
  /** Ids of the turn's calls so far, each of which is added. */
  readonly callIds: Set<string>
  /** Aborting it aborts the provider's request; the iteration then ends without `end`. */
  readonly signal: AbortSignal
  readonly log: FastifyBaseLogger
}

type Message = OpenAI.ChatCompletionMessageParam
type AssistantMessage = Extract<PromptMessage, { role: 'assistant' }>

/** What stands in for thoughts where a model insists on some and there were none, or another model had them. */
const NO_THOUGHTS = '(no thoughts)'
/** Google's own word for calls that are not Gemini's. */
const NO_SIGNATURE = { google: { thought_signature: 'skip_thought_signature_validator' } }
/** About, in prose. */
const BYTES_PER_TOKEN = 4
const TAKES_NONE = 'It takes no pictures. It was told what they are called instead.'
const LEFT_OUT =
  'Not all pictures were shown to it: it takes not so many, or not these. It was told what the others are called.'
/** Refusals that one call learns from. */
const MAX_LESSONS = 12
const featured = Object.values<features.ProviderFeature>(features)

/**
 * How the models of one server are asked. What is known of how a model wants to be asked is remembered as long as the
 * process lives.
 */
export class RequestForms {
  readonly #server: string
  readonly #maxOutputTokens: number
  readonly #forms = new Map<string, RequestForm>()

  /** @param server tells it from every other, also after a restart */
  constructor(server: string, maxOutputTokens: number) {
    this.#server = server
    this.#maxOutputTokens = maxOutputTokens
  }

  call(request: ProviderRequest): OutgoingCall {
    const { name } = request.model
    const form = this.#forms.get(name) ?? newForm(name, request.model)
    this.#forms.set(name, form)
    return new OutgoingCall(request, `${this.#server} ${name}`, this.#maxOutputTokens, form)
  }
}

/** One model call as it goes out: again in another form, where the server says what it does not take. */
export class OutgoingCall implements RefusedCall {
  /** Of what the model wants back (see `Kept`): only what this very model sent goes back to it. */
  readonly by: string
  readonly form: RequestForm
  readonly maxOutputTokens: number
  readonly #request: ProviderRequest
  #lessons = 0
  sent!: RequestBody
  limited = true
  withPictures = true
  messages: readonly PromptMessage[]

  constructor(request: ProviderRequest, by: string, maxOutputTokens: number, form: RequestForm) {
    this.by = by
    this.#request = request
    this.maxOutputTokens = maxOutputTokens
    this.form = form
    this.messages = request.messages
  }

  /** What is offered. */
  get tools(): ProviderRequest['tools'] {
    const { without, refusedTools } = this.form
    return without.has('tools') ? [] : this.#request.tools.filter(({ name }) => !refusedTools.has(name))
  }

  body(): RequestBody {
    const { limits, without, plainSchemas, window } = this.form
    const { model, mayCallTools } = this.#request
    const messages = this.#outgoing()
    // What is left of the window is limit enough, and less than ours.
    const full =
      window !== null && this.maxOutputTokens + JSON.stringify(this.messages).length / BYTES_PER_TOKEN > window
    const [limit] = this.limited && !full ? limits : []
    const { tools } = this
    const body = {
      model: model.name,
      messages,
      ...(tools.length > 0 && {
        tools: tools.map(({ name, description, inputSchema, plainSchema }) => ({
          type: 'function' as const,
          function: { name, description, parameters: plainSchemas ? plainSchema : inputSchema },
        })),
        // Without the tools, some providers refuse the calls in the history.
        ...(!mayCallTools && { tool_choice: 'none' as const }),
      }),
      ...(limit && { [limit]: this.maxOutputTokens }),
      stream: true as const,
      stream_options: { include_usage: true },
    }
    this.sent = Object.fromEntries(Object.entries(body).filter(([key]) => !without.has(key))) as typeof body
    return this.sent
  }

  /**
   * Takes a refusal of the body before.
   * @returns whether it is to be asked again, in the form that `body` now gives
   */
  learn(failure: ProviderError): boolean {
    if (this.#lessons++ >= MAX_LESSONS) return false
    for (const { learn } of featured) {
      const what = learn?.(failure, this)
      if (!what) continue
      if (this.form.pictures === 0) this.#request.model.images = false
      this.#request.log.info('the model %s does not take %s: asked in another form', this.#request.model.id, what)
      return true
    }
    return false
  }

  /** What people should know: tools that the model refuses, and what was too long for it. */
  notices(): { subject: string; message: string }[] {
    const notices = this.#request.tools
      .filter(({ name }) => this.form.refusedTools.has(name))
      .map(({ name }) => ({
        subject: name,
        message: `The model refuses the description of the tool "${name}". It is left out.`,
      }))
    if (this.messages.flatMap(picturesOf).length > this.pictures)
      notices.push({ subject: this.#request.model.id, message: this.form.pictures === 0 ? TAKES_NONE : LEFT_OUT })
    if (this.messages.length === this.#request.messages.length) return notices
    const message = 'The conversation has grown too long for it. The oldest messages were left out.'
    return [...notices, { subject: this.#request.model.id, message }]
  }

  /** How many it is sent with. */
  get pictures(): number {
    return this.#shown(this.messages).size
  }

  /** The newest ones, as many as the model takes. */
  #shown(messages: readonly PromptMessage[]): ReadonlySet<Picture> {
    const sendable = messages.flatMap(picturesOf).filter(({ dataUrl }) => dataUrl !== null)
    const most = this.withPictures ? this.form.pictures : 0
    return new Set(sendable.slice(Math.max(0, sendable.length - most)))
  }

  #outgoing(): Message[] {
    const { without, system, shortIds } = this.form
    // A model that knows no tools does not know their calls either.
    const messages = without.has('tools') ? inTurn(this.messages.flatMap(withoutCalls)) : this.messages
    const [first, question, ...rest] = messages
    const merged =
      !system && first?.role === 'system' && question?.role === 'user'
        ? [{ ...question, text: `${first.text}\n\n${question.text}` }, ...rest]
        : messages
    const insists = merged.some(
      (message) => message.role === 'assistant' && this.#own(message)?.message?.reasoning_content,
    )
    const ids = new CallIds(shortIds)
    const shown = this.#shown(merged)
    return merged.map((message) => {
      if (message.role === 'tool') return { role: 'tool', tool_call_id: ids.of(message.callId), content: message.text }
      if (message.role === 'assistant') return this.#assistant(message, insists, ids)
      if (message.role === 'system') return { role: message.role, content: message.text }
      return { role: message.role, content: withPictures(message.text, picturesOf(message), shown) }
    })
  }

  #assistant(message: AssistantMessage, insists: boolean, ids: CallIds): Message {
    const { keep, reasoning, signatures, emptyText } = this.form
    const own = keep ? this.#own(message) : undefined
    const { reasoning_content: own_thoughts, ...fields } = own?.message ?? {}
    const thoughts = own_thoughts && message.reasoning
    const wanted = reasoning === 'as sent' ? insists : reasoning !== 'never'
    const calls = message.calls?.map(({ id, name, text }) => ({
      ...(signatures && { extra_content: NO_SIGNATURE }),
      ...own?.calls?.[id],
      id: ids.begin(id),
      type: 'function' as const,
      function: { name, arguments: text },
    }))
    return {
      ...fields,
      role: 'assistant',
      content: message.text || (emptyText ? '' : null),
      ...(wanted && (thoughts || calls || reasoning === 'always') && { reasoning_content: thoughts || NO_THOUGHTS }),
      ...(calls && { tool_calls: calls }),
    }
  }

  #own({ kept }: AssistantMessage) {
    return kept?.by === this.by ? kept : undefined
  }
}

function withoutCalls(message: PromptMessage): PromptMessage[] {
  if (message.role === 'tool') return []
  if (message.role !== 'assistant') return [message]
  return message.text.trim() === '' ? [] : [{ role: 'assistant', text: message.text }]
}

/** Ids of calls in a form that every server takes, each but once: some servers begin anew with each answer. */
class CallIds {
  readonly #short: boolean
  readonly #used = new Set<string>()
  /** Calls whose results are to come, in their order. */
  readonly #open: { id: string; own: string }[] = []

  /** @param short nine letters and digits, as Mistral wants them */
  constructor(short: boolean) {
    this.#short = short
  }

  begin(id: string): string {
    let own = !this.#short && /^[\w.:-]{1,40}$/.test(id) ? id : hashed(id)
    for (let n = 2; this.#used.has(own); n++) own = hashed(`${id} ${n}`)
    this.#used.add(own)
    this.#open.push({ id, own })
    return own
  }

  of(id: string): string {
    const at = this.#open.findIndex((call) => call.id === id)
    return at === -1 ? id : (this.#open.splice(at, 1)[0]?.own ?? id)
  }
}

function hashed(id: string): string {
  return /^[a-zA-Z0-9]{9}$/.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 9)
}
