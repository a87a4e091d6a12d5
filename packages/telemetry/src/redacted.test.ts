import { expect, it } from 'vitest'
import { redacted } from './redacted.ts'

it.each([
  'sk-proj-abcdefghijklmnop1234',
  'Bearer abcdef123456',
  'eyJhbGciOiJI.eyJzdWIiOiIx.c2ln',
  'jane.doe@example.com',
])('hides %s', (secret) => expect(redacted(`my ${secret} is`)).toBe('my [redacted] is'))

it('hides the credentials of a URL and leaves the rest', () =>
  expect(redacted('postgres://user:hunter2@db:5432/chat')).toBe('postgres://[redacted]@db:5432/chat'))

it('leaves ordinary text alone', () => expect(redacted('Is sk-8 a key? 3:4 at 5@6')).toBe('Is sk-8 a key? 3:4 at 5@6'))

it('cuts long text and says how much is missing', () => {
  expect(redacted(`${'x'.repeat(1999)}😀${'y'.repeat(99)}`)).toMatch(/^x{1999}\ufffd \[100 more characters\]$/)
})
