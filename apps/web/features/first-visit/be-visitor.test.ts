import { expect, test } from 'vitest'
import { requestProblem } from '../../chat/turn/problem.ts'
import { cookiesRefused } from './be-visitor.ts'

test('a browser without cookies is told, and gets its message back', () => {
  const problem = requestProblem(new Error(JSON.stringify(cookiesRefused)))
  expect(problem).toMatchObject({ type: cookiesRefused.type, refused: true })
})
