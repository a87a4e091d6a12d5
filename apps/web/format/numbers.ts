const LOCALE = 'en-US'

const whole = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 })
const cents = new Intl.NumberFormat(LOCALE, { style: 'currency', currency: 'USD' })
const fractionsOfCents = new Intl.NumberFormat(LOCALE, {
  style: 'currency',
  currency: 'USD',
  minimumSignificantDigits: 2,
  maximumSignificantDigits: 2,
})

/** A count with thousands separators. */
export function formatCount(count: number): string {
  return whole.format(count)
}

/** US dollars, with as many digits as it takes to tell a small price from none: $1.25, $0.21, $0.0021. */
export function formatUsd(usd: number): string {
  return usd === 0 || usd >= 1 ? cents.format(usd) : fractionsOfCents.format(usd)
}

/** A duration given in milliseconds: 420 ms, 4.98 s, 75.3 s. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1000) return `${whole.format(ms)} ms`
  const seconds = ms / 1000
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`
}

/** A wait given in seconds: 12 s, 3 min, 5 h 12 min. */
export function formatWait(seconds: number): string {
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  const rest = minutes % 60
  return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ''}`
}
