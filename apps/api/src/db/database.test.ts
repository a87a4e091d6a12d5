import { expect, it } from 'vitest'
import { isDatabaseUnavailable } from './database.ts'

it.each([
  ...['57P01', '57P03', '53300', '25006', '08006', '40P01'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'],
])('%s means that the database cannot now, and that what it was to store is tried again', (code) => {
  expect(isDatabaseUnavailable(Object.assign(new Error('no'), { code }))).toBe(true)
})

it.each(['23505', '22021', '42P01', undefined])('%s means that the query was wrong', (code) => {
  expect(isDatabaseUnavailable(Object.assign(new Error('no'), { code }))).toBe(false)
})
