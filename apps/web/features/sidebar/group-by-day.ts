import type { Language } from '../../words/translated.ts'
import type { WordsOf } from '../../words/use-words.tsx'

export interface DayGroup<T> {
  label: string
  items: T[]
}

type Words = Pick<WordsOf<'sidebar'>, 'today' | 'yesterday' | 'lastWeek' | 'lastMonth'>

/**
 * Groups what is sorted newest first by calendar day of the local time zone: today, yesterday, the previous 7 and 30
 * days, then months. Groups without items are left out.
 *
 * @param now the reader's clock
 */
export function groupByDay<T extends { updatedAt: string }>(
  items: readonly T[],
  now: Date,
  text: Words,
  language: Language,
): DayGroup<T>[] {
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric' })
  const groups: (DayGroup<T> & { key: string | number })[] = []
  const today = calendarDay(now)
  for (const item of items) {
    const date = new Date(item.updatedAt)
    const day = dayLabel(date, today, text)
    // A month is put into words once, not for each of thousands.
    const key = day ?? date.getFullYear() * 12 + date.getMonth()
    const last = groups.at(-1)
    if (last?.key === key) last.items.push(item)
    else groups.push({ key, label: day ?? month.format(date), items: [item] })
  }
  return groups
}

function dayLabel(date: Date, now: number, text: Words): string | null {
  const days = now - calendarDay(date)
  const { today, yesterday, lastWeek, lastMonth } = text
  if (days <= 0) return today
  if (days === 1) return yesterday
  if (days <= 7) return lastWeek
  if (days <= 30) return lastMonth
  return null
}

/** Days since the epoch of the local date; taken in UTC, where every day has 24 hours. */
function calendarDay(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 86_400_000
}
