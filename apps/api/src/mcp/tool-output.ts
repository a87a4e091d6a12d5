import type { CallToolResult } from '@modelcontextprotocol/client'

type Block = CallToolResult['content'][number]

/**
 * What a tool said, in words: its text, and of pictures, sounds and files what they are. Models are given words only;
 * one that gets a bare success instead invents what is on the picture. Where there is nothing, the structured content.
 */
export function outputOf({ content, structuredContent }: CallToolResult): unknown {
  return content.length > 0 ? content.map(wordsOf).join('\n') : (structuredContent ?? '')
}

function wordsOf(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text
    case 'image':
      return said(`a picture (${block.mimeType}, ${sizeOf(block.data)}) that the model cannot see`)
    case 'audio':
      return said(`a sound (${block.mimeType}, ${sizeOf(block.data)}) that the model cannot hear`)
    case 'resource_link':
      return [block.uri, block.title ?? block.name, block.description].filter(Boolean).join(' · ')
    case 'resource': {
      const { resource } = block
      if ('text' in resource) return resource.text
      const kind = `${resource.mimeType ?? 'of an unknown type'}, ${sizeOf(resource.blob)}`
      return said(`the file ${resource.uri} (${kind}) that the model cannot read`)
    }
    default:
      return said('something of a kind that is not known here')
  }
}

const said = (what: string) => `[The tool returned ${what}.]`

/** @param base64 of the bytes */
function sizeOf(base64: string): string {
  const bytes = Buffer.byteLength(base64, 'base64')
  return bytes < 1000 ? `${bytes} bytes` : `${Math.round(bytes / 1000)} kB`
}
