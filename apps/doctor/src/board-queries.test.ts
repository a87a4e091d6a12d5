import type { Stores } from '@repo/stores/stores'
import { expect, test } from 'vitest'
import { checkBoards } from './board-queries.ts'

/** Stores that find one of everything, but not of what `isEmpty` says. */
function stores(isEmpty: (query: string) => boolean, refuse: (query: string) => boolean = () => false) {
  const answer = async (query: string) => {
    if (refuse(query)) throw new Error('status 400')
    return isEmpty(query) ? [] : [{ value: 1, labels: {} }]
  }
  return { metrics: answer, logs: answer, logNumbers: answer, search: answer } as unknown as Stores
}

test('boards with data are fine', async () => {
  expect(
    await checkBoards(
      stores(() => false),
      0,
    ),
  ).toMatch(/^\d+ queries, all with data$/)
})

test('an empty panel fails by name, whatever store it asks', async () => {
  const streams = stores((query) => query.includes('chat_streams_active'))
  await expect(checkBoards(streams, 0)).rejects.toThrow('LLM overview / Streaming now (A)')
  const costs = stores((query) => query.includes('unwrap chat_cost'))
  await expect(checkBoards(costs, 0)).rejects.toThrow('LLM cost and tokens / Most expensive conversations (A)')
  const slow = stores((query) => query.includes('duration > 5s'))
  await expect(checkBoards(slow, 0)).rejects.toThrow('LLM overview / Slow turns (A)')
})

test('a number that is none does not count as data', async () => {
  const nan = async (query: string) => [{ value: query.includes('chat_streams_active') ? Number.NaN : 1, labels: {} }]
  const odd = { metrics: nan, logs: nan, logNumbers: nan, search: nan } as unknown as Stores
  await expect(checkBoards(odd, 0)).rejects.toThrow('LLM overview / Streaming now (A)')
})

test('a panel whose excuse does not hold fails like any other', async () => {
  const noBudget = stores((query) => query.includes('chat_budget'))
  expect(await checkBoards(noBudget, 0)).toContain('no DAILY_BUDGET_USD is set')
  const budgetUnseen = stores((query) => query.includes('chat_budget') && query !== 'chat_budget_limit')
  await expect(checkBoards(budgetUnseen, 0)).rejects.toThrow('LLM overview / Budget left (A)')
})

test('without traffic empty panels are told and not failed, refused ones fail all the same', async () => {
  const quiet = (query: string) => query.includes('chat-traffic') || query.includes('chat_streams_active')
  expect(await checkBoards(stores(quiet), 0)).toContain('there is no traffic')
  const refusing = stores(quiet, (query) => query.includes('chat_streams_active'))
  await expect(checkBoards(refusing, 0)).rejects.toThrow('LLM overview / Streaming now (A): status 400')
})
