import { errorType } from '@repo/telemetry/catalogue'
import { createParser } from 'eventsource-parser'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { ProviderError } from './provider-error.ts'

/**
 * Reads a streamed chat completion: one array per network read, with the chunks that it completed. The `openai` client
 * can do this too, at the price of five async generators per chunk, which is most of what a chunk costs.
 *
 * @throws {ProviderError} `stream_error`, when the provider reports an error inside the stream or sends what is no JSON
 */
export async function* completionChunks(response: Response): AsyncGenerator<ChatCompletionChunk[], void, undefined> {
  if (!response.body) return
  let chunks: ChatCompletionChunk[] = []
  const parser = createParser({
    onEvent({ data }) {
      if (data !== '[DONE]') chunks.push(parse(data))
    },
  })
  const decoder = new TextDecoder()
  // To the very end, not to `[DONE]`: a body that is not read whole costs the connection.
  for await (const bytes of response.body) {
    parser.feed(decoder.decode(bytes, { stream: true }))
    if (chunks.length === 0) continue
    yield chunks
    chunks = []
  }
}

function parse(data: string): ChatCompletionChunk {
  let chunk: (ChatCompletionChunk & { error?: unknown }) | undefined
  try {
    chunk = JSON.parse(data)
  } catch {
    // Told below; the parser's own message would quote the answer.
  }
  if (!chunk || chunk.error) throw new ProviderError(errorType.stream)
  return chunk
}
