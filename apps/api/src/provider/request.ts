import type OpenAI from 'openai'
import type { Config } from '../config.ts'
import type { Tool } from '../tools/tool.ts'
import type { PromptMessage } from './prompt-message.ts'

export interface ProviderRequest {
  readonly model: string
  readonly conversationId: string
  readonly messages: readonly PromptMessage[]
  readonly tools: readonly Pick<Tool, 'name' | 'description' | 'inputSchema'>[]
  /** False: it has to answer now, although it is told of the tools that it used before. */
  readonly mayCallTools: boolean
  /** Ids of the turn's calls so far, each of which is added. */
  readonly callIds: Set<string>
  /** Aborting it aborts the provider's request; the iteration then ends without `end`. */
  readonly signal: AbortSignal
}

/** How a model is asked: the body of its request. */
export class RequestForm {
  readonly #config: Pick<Config['llm'], 'provider' | 'maxOutputTokens'>
  /** DeepSeek and Moonshot send `reasoning_content`, and refuse a tool's result that comes without it. */
  #wantsReasoning = false

  constructor(config: Pick<Config['llm'], 'provider' | 'maxOutputTokens'>) {
    this.#config = config
  }

  /** To be called when the model sends `reasoning_content`. */
  sawReasoningContent(): void {
    this.#wantsReasoning = true
  }

  body({ model, messages, tools, mayCallTools }: ProviderRequest): OpenAI.ChatCompletionCreateParamsStreaming {
    const { provider, maxOutputTokens } = this.#config
    const limit = provider === 'openai' || provider.startsWith('azure') ? 'max_completion_tokens' : 'max_tokens'
    return {
      model,
      messages: messages.map((message) => this.#message(message)),
      ...(tools.length > 0 && {
        tools: tools.map(({ name, description, inputSchema }) => ({
          type: 'function' as const,
          function: { name, description, parameters: inputSchema },
        })),
        // Without the tools, some providers refuse the calls in the history.
        ...(!mayCallTools && { tool_choice: 'none' as const }),
      }),
      [limit]: maxOutputTokens,
      stream: true,
      stream_options: { include_usage: true },
    }
  }

  #message(message: PromptMessage): OpenAI.ChatCompletionMessageParam {
    if (message.role === 'tool') return { role: 'tool', tool_call_id: message.callId, content: message.text }
    if (message.role !== 'assistant' || !message.calls) return { role: message.role, content: message.text }
    return {
      role: 'assistant',
      content: message.text || null,
      tool_calls: message.calls.map(({ id, name, text }) => ({
        id,
        type: 'function',
        function: { name, arguments: text },
      })),
      ...(this.#wantsReasoning && { reasoning_content: message.reasoning }),
    }
  }
}
