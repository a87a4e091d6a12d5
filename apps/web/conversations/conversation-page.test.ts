import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import { expect, test } from 'vitest'
import { withConversation, withNewest, withOlder, withoutConversation } from './conversation-page.ts'

/** A conversation of the given minute; its id tells which. */
const of = (minute: number, title = ''): Conversation => {
  const time = new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
  return { id: `id-${String(minute).padStart(2, '0')}`, title, model: null, createdAt: time, updatedAt: time }
}
const page = (minutes: number[], nextCursor: string | null = null): ConversationPage => ({
  items: minutes.map((minute) => of(minute)),
  nextCursor,
})
const ids = ({ items }: ConversationPage) => items.map(({ id }) => Number(id.slice(3)))

test('a newer page goes in front of the older ones, which stay', () => {
  const both = withNewest(page([5, 4, 3, 2, 1], 'after 1'), page([6, 5, 4], 'after 4'))
  expect(ids(both)).toEqual([6, 5, 4, 3, 2, 1])
  expect(both.nextCursor).toBe('after 1')
})

test('what another tab deleted is gone with the next newest page', () => {
  expect(ids(withNewest(page([5, 4, 3, 2, 1], 'after 1'), page([5, 3], 'after 3')))).toEqual([5, 3, 2, 1])
  expect(ids(withNewest(page([5, 4]), page([])))).toEqual([])
})

test('a conversation that is written in moves to the front, once', () => {
  const moved = { ...of(1), updatedAt: of(9).updatedAt }
  const newest = { items: [moved, of(5)], nextCursor: 'after 5' }
  expect(ids(withNewest(page([5, 4, 1], 'after 1'), newest))).toEqual([1, 5, 4])
})

test('an older page goes behind, and repeats nothing', () => {
  expect(ids(withOlder(page([5, 4], 'after 4'), page([4, 3])))).toEqual([5, 4, 3])
})

test('a renamed conversation keeps its place', () => {
  const renamed = withConversation(page([3, 2, 1]), of(2, 'new'))
  expect(ids(renamed)).toEqual([3, 2, 1])
  expect(renamed.items[1]?.title).toBe('new')
})

test('a restored conversation comes back where it was', () => {
  const shown = page([3, 2, 1])
  for (const minute of [3, 2, 1]) {
    expect(withConversation(withoutConversation(shown, of(minute).id), of(minute))).toEqual(shown)
  }
})

test('one that is older than all that is shown waits for its page', () => {
  expect(ids(withConversation(page([3, 2], 'after 2'), of(1)))).toEqual([3, 2])
})
