import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('nothing has to be set, and an empty variable counts as unset', () => {
  expect(parseConfig({ API_URL: '' }).apiUrl).toEqual(new URL('http://127.0.0.1:8000'))
})

test('a malformed variable is named, with an example', () => {
  expect(() => parseConfig({ API_URL: 'api:8000' })).toThrow(/API_URL .*such as http:\/\/127/)
})
