import { expect, it } from 'vitest'
import { boundedModel } from './bounded-model.ts'

it('a server that gives another name with each answer makes no series without end', () => {
  const labels = new Set(Array.from({ length: 1000 }, (_, i) => boundedModel('asked', `answered-${i}`)))
  expect(labels.size).toBe(20)
  expect(labels).toContain('_OTHER')
  expect(boundedModel('asked', 'asked'), 'the name that was asked for is always one').toBe('asked')
  expect(boundedModel('other', 'answered-999'), 'of each model').toBe('answered-999')
})
