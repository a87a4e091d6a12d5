import { expect, it } from 'vitest'
import { contentAttribute } from './message-content.ts'

const content = (text: string) => JSON.parse(contentAttribute([{ role: 'user', text }]))[0].parts[0].content

it('has the shape of the GenAI conventions', () => {
  expect(JSON.parse(contentAttribute([{ role: 'user', text: 'Hello' }]))).toEqual([
    { role: 'user', parts: [{ type: 'text', content: 'Hello' }] },
  ])
})

it.each([
  'sk-proj-abcdefghijklmnop1234',
  'Bearer abcdef123456',
  'eyJhbGciOiJI.eyJzdWIiOiIx.c2ln',
  'jane.doe@example.com',
])('hides %s', (secret) => expect(content(`my ${secret} is`)).toBe('my [redacted] is'))

it('hides the credentials of a URL and leaves the rest', () =>
  expect(content('postgres://user:hunter2@db:5432/chat')).toBe('postgres://[redacted]@db:5432/chat'))

it('leaves ordinary text alone', () => expect(content('Is sk-8 a key? 3:4 at 5@6')).toBe('Is sk-8 a key? 3:4 at 5@6'))

it('cuts long text and says how much is missing, as valid JSON', () => {
  expect(content(`${'x'.repeat(1999)}😀${'y'.repeat(99)}`)).toMatch(/^x{1999}\ufffd \[100 more characters\]$/)
})
