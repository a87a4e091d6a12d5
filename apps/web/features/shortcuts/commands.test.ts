import { describe, expect, test } from 'vitest'
import { commandOf, type KeyPress } from './commands.ts'

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: `Key${key.toUpperCase()}`,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...modifiers,
})

describe('a single letter', () => {
  test('is a command where nothing is typed', () => expect(commandOf(press('n'), false, true)).toBe('newChat'))
  test('is a letter in a field', () => expect(commandOf(press('n'), true, true)).toBeNull())
  test('is nothing for those who switched it off', () => {
    expect(commandOf(press('n'), false, false)).toBeNull()
    expect(commandOf(press('?', { shiftKey: true }), false, false)).toBeNull()
  })
  test('with Ctrl, Cmd or Alt belongs to the browser', () => {
    for (const modifier of ['ctrlKey', 'metaKey', 'altKey'])
      expect(commandOf(press('n', { [modifier]: true }), false, true)).toBeNull()
  })
})

describe('Alt and Shift with a letter', () => {
  const both = { altKey: true, shiftKey: true }
  test('is a command in a field too, switched off or not', () => {
    expect(commandOf(press('n', both), true, false)).toBe('newChat')
  })
  test('is known by its place where Alt makes another character of it', () => {
    expect(commandOf(press('˜', { ...both, code: 'KeyN' }), true, true)).toBe('newChat')
  })
})

test('Ctrl or Cmd with K searches, with / helps, also in a field', () => {
  expect(commandOf(press('k', { ctrlKey: true }), true, false)).toBe('search')
  expect(commandOf(press('k', { metaKey: true }), true, false)).toBe('search')
  expect(commandOf(press('/', { ctrlKey: true, code: 'Slash' }), true, false)).toBe('help')
})

test('names of objects are no letters', () => expect(commandOf(press('constructor'), false, true)).toBeNull())
