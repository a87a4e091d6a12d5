const percent = new Intl.NumberFormat('en-US', { style: 'percent', maximumFractionDigits: 0 })
const day = new Intl.DateTimeFormat('en-US', { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' })

/** A share between 0 and 1: 83%. */
export function formatShare(share: number): string {
  return percent.format(share)
}

/** A day of the UTC calendar, given as `YYYY-MM-DD`: Sat, Nov 21. */
export function formatDay(date: string): string {
  return day.format(new Date(date))
}
