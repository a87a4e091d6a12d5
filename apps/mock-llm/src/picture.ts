import type { ChatCompletionRequest, ChatMessage } from '@copilotkit/aimock'

/** What can be told of a picture without looking at it. */
interface Picture {
  readonly type: string
  readonly bytes: number
  /** Pixels; null where only a decoder knows. */
  readonly size: { readonly width: number; readonly height: number } | null
}

const DATA_URL = /^data:image\/([a-z+]+);base64,([A-Za-z0-9+/]+=*)$/
const names: Record<string, string> = { png: 'PNG', jpeg: 'JPEG', webp: 'WebP', gif: 'GIF' }

/** The pictures of a question, which have to be there as data URLs. */
export function picturesIn(message: ChatMessage | undefined): Picture[] {
  if (!Array.isArray(message?.content)) return []
  return message.content.flatMap((part) => {
    const { url } = (part as { image_url?: { url?: string } }).image_url ?? {}
    const [, type = '', base64 = ''] = DATA_URL.exec(url ?? '') ?? []
    const bytes = Buffer.from(base64, 'base64')
    return bytes.length === 0 ? [] : [{ type, bytes: bytes.length, size: sizeIn(type, bytes) }]
  })
}

function sizeIn(type: string, bytes: Buffer): Picture['size'] {
  if (type === 'png' && bytes.length > 24) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) }
  if (type === 'gif' && bytes.length > 10) return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
  return null
}

/** By OpenAI's rule: 85, and 170 for each tile of 512 pixels; 765 where the size is unknown. */
function tokensIn({ size }: Picture): number {
  if (!size) return 765
  const fitted = Math.min(1, 2048 / Math.max(size.width, size.height))
  const scale = fitted * Math.min(1, 768 / (Math.min(size.width, size.height) * fitted))
  return 85 + 170 * Math.ceil((size.width * scale) / 512) * Math.ceil((size.height * scale) / 512)
}

/** What all pictures of a conversation were read as. */
export function imageTokens({ messages }: ChatCompletionRequest): number {
  return messages.flatMap(picturesIn).reduce((sum, picture) => sum + tokensIn(picture), 0)
}

/** The answer to a question with pictures: it says what has come, which proves that it has. */
export function aboutPictures(pictures: readonly Picture[]): string {
  const listed = pictures.map(({ type, bytes, size }, i) => {
    const pixels = size ? `${size.width} × ${size.height} pixels, ` : ''
    return `${i + 1}. ${names[type] ?? type}, ${pixels}${(bytes / 1000).toFixed(1)} kB`
  })
  const came = pictures.length === 1 ? 'One picture has come' : `${pictures.length} pictures have come`
  return [
    `${came} with your question:`,
    listed.join('\n'),
    'This is the mock model: it sees that there are pictures, and not what they show. A model that takes pictures would ' +
      'describe them here. What they were read as is in the line below: pictures are input tokens, and **What do ' +
      'pictures cost** on the board *LLM cost and tokens* tells them from text.',
  ].join('\n\n')
}
