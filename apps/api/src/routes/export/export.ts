import type { Conversation } from '@repo/contract/conversation'
import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import type { FileUIPart } from 'ai'

/** A message with its place in the tree. */
export type StoredMessage = ChatMessage & { parentId: string | null; createdAt: string }

interface File {
  readonly headers: Record<string, string>
  readonly body: string
}

/** Everything that is known of the conversation: all versions, each message with its parent. */
export function exportJson(conversation: Conversation, messages: readonly StoredMessage[]): File {
  const body = `${JSON.stringify({ ...conversation, messages }, null, 2)}\n`
  return { headers: headersOf(conversation, 'application/json', 'json'), body }
}

/** One path of the conversation, to be read by people. */
export function exportMarkdown(conversation: Conversation, messages: readonly StoredMessage[]): File {
  const title = conversation.title.replaceAll('\n', ' ')
  const sections = messages.map((message) =>
    [`## ${message.role === 'user' ? 'Question' : 'Answer'}`, about(message), ...message.parts.flatMap(section)].join(
      '\n\n',
    ),
  )
  const body = `${[`# ${title}`, ...sections].join('\n\n')}\n`
  return { headers: headersOf(conversation, 'text/markdown', 'md'), body }
}

/** The line under a heading: when, and of an answer by whom, at what price, and how it ended unless well. */
function about({ createdAt, metadata }: StoredMessage): string {
  const facts = [`${createdAt.slice(0, 16).replace('T', ' ')} UTC`]
  if (metadata) facts.push(metadata.model, ...figures(metadata))
  return `*${facts.join(' · ')}*`
}

function figures({ usage, costUsd, estimatedUsd, durationMs, outcome, error }: MessageMetadata): string[] {
  const usd = new Intl.NumberFormat('en', { style: 'currency', currency: 'USD', maximumSignificantDigits: 3 })
  return [
    durationMs === null ? [] : `${(durationMs / 1000).toFixed(1)} s`,
    usage ? `${usage.inputTokens} + ${usage.outputTokens} tokens` : 'tokens unknown',
    costUsd !== null ? usd.format(costUsd) : 'cost unknown',
    costUsd === null && estimatedUsd ? `estimated at up to ${usd.format(estimatedUsd)}` : [],
    outcome === 'finished' ? [] : (outcome ?? 'being written'),
    error ? error.message : [],
  ].flat()
}

function section(part: ChatMessage['parts'][number]): string[] {
  if (part.type === 'text') return [part.text]
  if (part.type === 'file') return [`![${nameOf(part).replaceAll(/[[\]\n\\]/g, ' ')}](${part.url})`]
  if (part.type === 'reasoning') return [details('Reasoning', part.text)]
  if (part.type === 'source-url')
    return [`[${Number(part.sourceId) + 1}] <${part.url}>${part.title ? ` ${part.title}` : ''}`]
  if (part.type !== 'dynamic-tool') return []
  const json = (value: unknown) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``
  const result =
    part.state === 'output-available'
      ? json(part.output)
      : part.state === 'output-error'
        ? part.errorText
        : part.state === 'output-denied'
          ? (part.approval.reason ?? 'Not allowed.')
          : 'No result.'
  return [details(`Tool: ${part.toolName}`, `${json(part.input ?? null)}\n\n${result}`)]
}

const nameOf = ({ filename = 'Picture', providerMetadata }: FileUIPart) =>
  String(providerMetadata?.chat?.alt ?? filename)

function details(summary: string, content: string): string {
  return `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`
}

function headersOf({ title, updatedAt }: Conversation, type: string, extension: string): Record<string, string> {
  // RFC 6266: a plain name for everything, and the real one, encoded, for whatever understands that.
  const encoded = encodeURIComponent(title.replace(/[/\\:*?"<>|\p{Cc}\s]+/gu, ' ').trim()).replace(/['()]/g, escape)
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-disposition': `attachment; filename="conversation-${updatedAt.slice(0, 10)}.${extension}"; filename*=UTF-8''${encoded}.${extension}`,
  }
}
