import { expect, test } from 'vitest'
import { requestProblem } from './problem.ts'

const problem = (status: number) =>
  new Error(
    JSON.stringify({ type: 'about:blank', title: 'Title', status, detail: 'A sentence.', traceId: 'a'.repeat(32) }),
  )

test('a problem document is shown by its detail and trace', () => {
  expect(requestProblem(problem(503))).toEqual({ detail: 'A sentence.', traceId: 'a'.repeat(32), refused: false })
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

test('a connection that failed says so', () => {
  expect(requestProblem(new TypeError('Failed to fetch')).detail).toMatch(/cannot be reached/)
})

test('a body that is no problem document is never shown', () => {
  expect(requestProblem(new Error('<html>stack trace</html>')).detail).toBe('Something went wrong.')
})
