import { expect, it } from 'vitest'
import { timeIn } from './current-time.ts'

it.each([
  ['Asia/Tokyo', '2026-07-01T00:04:05+09:00', 'Wednesday'],
  ['Europe/Berlin', '2026-06-30T17:04:05+02:00', 'Tuesday'],
  ['America/St_Johns', '2026-06-30T12:34:05-02:30', 'Tuesday'],
  ['UTC', '2026-06-30T15:04:05+00:00', 'Tuesday'],
])('the time in %s has its offset and weekday', (timeZone, dateTime, weekday) => {
  expect(timeIn(timeZone, new Date('2026-06-30T15:04:05Z'))).toEqual({ timeZone, dateTime, weekday })
})

it('a zone that does not exist is named to the model', () => {
  expect(() => timeIn('Mars/Olympus', new Date())).toThrow('There is no time zone "Mars/Olympus"')
})
