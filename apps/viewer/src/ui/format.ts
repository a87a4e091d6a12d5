/** Every number as people read it. Null is "unknown", never 0. */
const or = (format: (value: number) => string) => (value: number | null | undefined) =>
  value === null || value === undefined ? 'unknown' : format(value)
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 })
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 })
const cents = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' })
// The price of one answer is far below a cent.
const small = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumSignificantDigits: 2 })

export const count = or((value) => whole.format(value))
export const short = or((value) => compact.format(value))
export const exact = or((value) =>
  Math.abs(value) < 1 ? String(+value.toPrecision(3)) : value.toLocaleString('en-US'),
)
// Almost none is not none, and almost all is not all.
export const percent = or((value) => `${(value * 100).toFixed(value % 1 && Math.abs(value - 0.5) > 0.4 ? 1 : 0)} %`)
export const money = or((value) => (value === 0 || value >= 0.1 ? cents : small).format(value))
export const plural = (n: number, noun: string) => `${count(n)} ${noun}${n === 1 ? '' : 's'}`

/** @param value milliseconds */
export const duration = or((value) => {
  if (value === 0) return '0'
  if (value < 1) return `${Math.round(value * 1000)} µs`
  if (value < 1000) return `${value.toFixed(value < 10 ? 1 : 0)} ms`
  if (value < 60_000) return `${(value / 1000).toFixed(2)} s`
  return `${Math.floor(value / 60_000)} min ${Math.round((value % 60_000) / 1000)} s`
})
export const seconds = or((value) => duration(value * 1000))

const time = { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 } as const
const clockFormat = new Intl.DateTimeFormat('en-GB', { ...time, hourCycle: 'h23' })
/** Local time of day to the millisecond; cut it where less is wanted. */
export const clock = (ms: number) => clockFormat.format(ms)
