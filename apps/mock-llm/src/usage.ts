import type { ChatCompletionRequest, ChatMessage } from '@copilotkit/aimock'
import type { Usage } from './models.ts'
import { imageTokens } from './picture.ts'

/** Characters per token, the usual estimate for English; also the size of a streamed chunk, so that one chunk is one token. */
export const charsPerToken = 4

const cacheBlock = 128
const smallestCachedPrefix = 1024

/** The text of a message, whichever of the two forms its content has. */
export function textOf(message: ChatMessage | undefined): string {
  const content = message?.content ?? ''
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('')
}

const tokensIn = (text: string) => Math.ceil(text.length / charsPerToken)
const tokensOf = (messages: ChatMessage[]) => messages.reduce((sum, message) => sum + 4 + tokensIn(textOf(message)), 0)

/**
 * Counts the tokens of one answer. The prompt grows with the conversation, and from the second turn on the part that
 * was sent before counts as cached, by OpenAI's rule: from 1,024 tokens, in blocks of 128.
 *
 * @param context tokens that the answer pretends stood before the conversation, all of them cached.
 * @param least tokens of the answer; those that are not in it were thoughts.
 */
export function usageOf(
  request: ChatCompletionRequest,
  content: string,
  reasoning: string,
  context: number,
  least = 0,
): Usage {
  const lastAnswer = request.messages.findLastIndex((message) => message.role === 'assistant')
  const seenBefore = context + (lastAnswer < 0 ? 0 : tokensOf(request.messages.slice(0, lastAnswer + 1)))
  const cached = seenBefore < smallestCachedPrefix ? 0 : Math.floor(seenBefore / cacheBlock) * cacheBlock
  const images = imageTokens(request)
  const reasoningTokens = Math.max(tokensIn(reasoning), least - tokensIn(content))
  return {
    prompt_tokens: context + tokensOf(request.messages) + images,
    completion_tokens: tokensIn(content) + reasoningTokens,
    prompt_tokens_details: { cached_tokens: cached, ...(images > 0 && { image_tokens: images }) },
    completion_tokens_details: { reasoning_tokens: reasoningTokens },
  }
}
