import { expect, test } from 'vitest'
import { requestProblem } from './problem.ts'

const problem = (status: number, more: object = {}) =>
  new Error(
    JSON.stringify({
      type: 'about:blank',
      title: 'Title',
      status,
      detail: 'A sentence.',
      traceId: 'a'.repeat(32),
      ...more,
    }),
  )

test('a problem document is shown by its detail and trace', () => {
  expect(requestProblem(problem(503))).toEqual({
    headline: 'This message has no answer.',
    detail: 'A sentence.',
    traceId: 'a'.repeat(32),
    refused: false,
    retryAt: null,
  })
})

test.each([
  [400, true],
  [422, true],
  [429, false],
  [408, false],
  [500, false],
])('status %d: refused for good is %s', (status, refused) =>
  expect(requestProblem(problem(status)).refused).toBe(refused),
)

test.each([
  ['rate-limited', /Too many questions/],
  ['budget-spent', /^Today’s budget/],
  ['visitor-budget-spent', /^Your budget/],
])('%s is told by its own words, and when it ends', (name, headline) => {
  const before = Date.now()
  const told = requestProblem(problem(429, { type: `urn:lgtm-chat:problem:${name}`, retryAfterSeconds: 30 }))
  expect(told.headline).toMatch(headline)
  expect(told.detail).toBeNull()
  expect(told.retryAt).toBeGreaterThanOrEqual(before + 30_000)
  expect(told.retryAt).toBeLessThanOrEqual(Date.now() + 30_000)
})

test('a limit that lasts says by the clock when it ends', () => {
  const told = requestProblem(
    problem(429, { type: 'urn:lgtm-chat:problem:visitor-budget-spent', retryAfterSeconds: 18_720 }),
  )
  expect(told.detail).toMatch(/^It resets at \d+:\d\d [AP]M, in 5 h 12 min\.$/)
})

test('a connection that failed says so', () => {
  expect(requestProblem(new TypeError('Failed to fetch')).detail).toMatch(/cannot be reached/)
})

test('a body that is no problem document is never shown', () => {
  expect(requestProblem(new Error('<html>stack trace</html>')).detail).toBe('Something went wrong.')
})
