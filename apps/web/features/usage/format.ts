import type { Language } from '../../words/translated.ts'

/** A share between 0 and 1: 83%. */
export function formatShare(share: number, language: Language): string {
  return share.toLocaleString(language, { style: 'percent', maximumFractionDigits: 0 })
}

/** A day of the UTC calendar, given as `YYYY-MM-DD`: Sat, Nov 21. */
export function formatDay(date: string, language: Language): string {
  const day = { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' } as const
  return new Date(date).toLocaleDateString(language, day)
}
