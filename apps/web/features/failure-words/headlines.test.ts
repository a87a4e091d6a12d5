import { errorType } from '@repo/telemetry/catalogue'
import { describe, expect, test } from 'vitest'
import { failureHeadline } from './headlines.ts'
import { words } from './words.ts'

test.each([
  ['length', /Output limit/],
  ['context_window_full', /Cut short/],
  ['spent_thinking', /Only thoughts/],
  ['content_filter', /content filter/],
  ['429', /Rate limited/],
  ['idle_timeout', /Timed out/],
  ['first_chunk_timeout', /Timed out/],
  ['503', /Provider down/],
  ['401', /Key refused/],
  ['insufficient_quota', /No credit/],
  ['context_length_exceeded', /Too long/],
  ['model_not_found', /Unknown model/],
  ['not_an_api', /Wrong address/],
  ['connection_refused', /Not reachable/],
  ['no_content', /Nothing came/],
  ['rate-limited', /Too many questions/],
  ['budget-spent', /No budget left/],
  ['visitor-budget-spent', /No budget left/],
])('%s is told apart', (type, headline) => expect(words.en[failureHeadline(type) ?? 'length']).toMatch(headline))

describe.each(Object.entries(words).filter(([language]) => language !== 'en'))(
  'the sentences in %s',
  (_, { sentences }) => {
    const notOfAnswers: string[] = [errorType.cancelled, errorType.toolInput, errorType.toolTimeout, errorType.tool]
    const types = Object.values(errorType).filter((type) => type !== errorType.other && !notOfAnswers.includes(type))

    test.each(types)('%s has one', (type) => expect(sentences[type]).toBeTruthy())

    test('are of types that there are', () => {
      const names = Object.keys(sentences).filter((name) => /_|^[a-z]+$/.test(name) && name !== 'internal')
      expect(types).toEqual(expect.arrayContaining(names))
    })
  },
)

test('what nobody knows is left to the general words', () => {
  expect(failureHeadline('422')).toBeUndefined()
})
