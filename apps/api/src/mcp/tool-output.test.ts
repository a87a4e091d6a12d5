import { expect, it } from 'vitest'
import { outputOf } from './tool-output.ts'

const data = Buffer.alloc(12_345).toString('base64')

it.each<[string, Parameters<typeof outputOf>[0], unknown]>([
  ['texts are joined', { content: [text('a'), text('b')] }, 'a\nb'],
  [
    'of a picture the model learns that it does not see it',
    { content: [text('Here:'), { type: 'image', data, mimeType: 'image/png' }] },
    'Here:\n[The tool returned a picture (image/png, 12 kB) that the model cannot see.]',
  ],
  [
    'of a sound that it does not hear it',
    { content: [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }] },
    '[The tool returned a sound (audio/wav, 3 bytes) that the model cannot hear.]',
  ],
  [
    'of a file that it does not read it',
    { content: [{ type: 'resource', resource: { uri: 'file:///a.pdf', mimeType: 'application/pdf', blob: data } }] },
    '[The tool returned the file file:///a.pdf (application/pdf, 12 kB) that the model cannot read.]',
  ],
  ['a text file is its text', { content: [{ type: 'resource', resource: { uri: 'file:///a', text: 'x' } }] }, 'x'],
  [
    'a link is its address and what is known of it',
    { content: [{ type: 'resource_link', uri: 'file:///a', name: 'a', description: 'The first.' }] },
    'file:///a · a · The first.',
  ],
  ['structured content stands in where there is no other', { content: [], structuredContent: { n: 1 } }, { n: 1 }],
  ['nothing is an empty text', { content: [] }, ''],
])('%s', (_, result, output) => {
  expect(outputOf(result)).toEqual(output)
})

function text(text: string) {
  return { type: 'text' as const, text }
}
