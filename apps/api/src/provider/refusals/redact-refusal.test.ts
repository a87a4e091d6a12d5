import { expect, it } from 'vitest'
import { redactRefusal } from './redact-refusal.ts'

const redact = (message: string, ...sent: string[]) =>
  redactRefusal({ code: null, type: null, param: null, status: null, message }, sent)

it('keeps what says why', () => {
  const reason = "This model's maximum context length is 4096 tokens. However, you requested 4210 tokens."
  expect(redact(reason, 'How long is a piece of string?')).toBe(reason)
})

it('quotes nothing that was sent, from a few words on, and short questions not at all', () => {
  const question = 'My account number is 4711-0815 and my dog is called Rex.'
  expect(redact(`Invalid message: "${question}" is not allowed.`, question)).toBe(
    'Invalid message: "[…]" is not allowed.',
  )
  expect(redact('Cannot parse: account number is 4711-0815 and', question)).toBe('Cannot parse:[…]')
  expect(redact('Bad content: Hey you', 'Hey you')).toBe('Bad content: […]')
})

it('has no keys, accounts, addresses and credentials', () => {
  const message =
    'Incorrect API key provided: sk-proj-abcdefghijklmnop1234. Key AbCdEf0123456789abcdef01 of org-AbCdEf123 at ' +
    'https://user:pass@proxy.example/v1, ask admin@example.com; Bearer abcdefgh12345678.'
  const told = redact(message)
  for (const secret of ['sk-proj', 'AbCdEf', 'pass', 'admin@', 'abcdefgh12345678']) expect(told).not.toContain(secret)
  expect(told).toMatch(/^Incorrect API key provided: \[redacted\]/)
})

it('is bounded, however long the message and the prompt are', () => {
  expect(redact('x y '.repeat(10_000).slice(0, 2000)).length).toBe(500)
  const start = performance.now()
  redact('a '.repeat(1000), 'a b c '.repeat(200_000))
  expect(performance.now() - start).toBeLessThan(2000)
})
