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
    type: 'blank',
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

test('a rate limit leaves the time to the countdown', () => {
  const before = Date.now()
  const told = requestProblem(problem(429, { type: 'urn:lgtm-chat:problem:rate-limited', retryAfterSeconds: 30 }))
  expect(told).toMatchObject({ type: 'rate-limited', detail: null })
  expect(told.retryAt).toBeGreaterThanOrEqual(before + 30_000)
  expect(told.retryAt).toBeLessThanOrEqual(Date.now() + 30_000)
})

test.each(['budget-spent', 'visitor-budget-spent'])('%s says what the API says of it', (name) =>
  expect(
    requestProblem(problem(429, { type: `urn:lgtm-chat:problem:${name}`, retryAfterSeconds: 18_720 })),
  ).toMatchObject({ type: name, detail: 'A sentence.', retryAt: expect.any(Number) }),
)

test('a connection that failed says so', () => {
  expect(requestProblem(new TypeError('Failed to fetch')).type).toBe('unreachable')
})

test('a body that is no problem document is never shown', () => {
  expect(requestProblem(new Error('<html>stack trace</html>'))).toMatchObject({ type: 'unexpected', detail: null })
})
