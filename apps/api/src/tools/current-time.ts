import { errorType } from '@repo/telemetry/catalogue'
import { z } from 'zod'
import { defineTool, ToolError } from './tool.ts'

export const currentTime = defineTool({
  name: 'current_time',
  title: 'Current time',
  description:
    'The date and time now in an IANA time zone. Use it whenever the answer depends on what day or time it is.',
  input: z.object({ timeZone: z.string().max(60).describe('IANA time zone, for example Asia/Tokyo or UTC') }),
  readOnly: true,
  run: ({ timeZone }) => timeIn(timeZone, new Date()),
})

/**
 * ISO 8601 with the zone's offset at that moment, and the weekday, which models get wrong.
 * @throws {ToolError} when there is no such zone
 */
export function timeIn(timeZone: string, now: Date): { timeZone: string; dateTime: string; weekday: string } {
  const parts = format(timeZone)
    .formatToParts(now)
    .map(({ type, value }) => [type, value])
  const { year, month, day, hour, minute, second, weekday, timeZoneName } = Object.fromEntries(parts)
  const offset = timeZoneName.replace('GMT', '') || '+00:00'
  return { timeZone, dateTime: `${year}-${month}-${day}T${hour}:${minute}:${second}${offset}`, weekday }
}

function format(timeZone: string): Intl.DateTimeFormat {
  const two = '2-digit'
  const date = { year: 'numeric', month: two, day: two, weekday: 'long' } as const
  const time = { hour: two, minute: two, second: two, hourCycle: 'h23', timeZoneName: 'longOffset' } as const
  try {
    return new Intl.DateTimeFormat('en', { timeZone, ...date, ...time })
  } catch {
    const message = `There is no time zone "${timeZone}". Use an IANA name such as Europe/Berlin.`
    throw new ToolError(message, errorType.toolInput)
  }
}
