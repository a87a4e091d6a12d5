import { expect, it } from 'vitest'
import { storable, storableJson } from './storable.ts'

it('text and values lose only what PostgreSQL cannot hold', () => {
  expect(storable('a\0b \ud83d \ud83d\ude00')).toBe('ab \ufffd \ud83d\ude00')
  expect(storableJson({ 'k\0': ['\0x', 1, null, { y: true }] })).toEqual({ k: ['x', 1, null, { y: true }] })
  expect(storableJson(undefined)).toBeNull()
})

it('has no keys that change what an object is', () => {
  const value = JSON.parse('{"a":{"__proto__":{"b":1},"constructor":{"prototype":{}},"c":1},"\\u0000__proto__":2}')
  expect(JSON.stringify(storableJson(value))).toBe('{"a":{"c":1}}')
})
