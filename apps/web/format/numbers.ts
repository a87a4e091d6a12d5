import type { Language } from '../words/translated.ts'

/** Writes numbers as one language does. */
export type Formats = ReturnType<typeof makeFormats>

const known = new Map<Language, Formats>()

export function formats(language: Language): Formats {
  const made = known.get(language) ?? makeFormats(language)
  known.set(language, made)
  return made
}

/** The examples are English. */
function makeFormats(language: Language) {
  const number = (options: Intl.NumberFormatOptions) => {
    const { format } = new Intl.NumberFormat(language, options)
    return (value: number) => format(value)
  }
  const dollars = { style: 'currency', currency: 'USD' } as const
  const whole = number({ maximumFractionDigits: 0 })
  const cents = number(dollars)
  const fractionsOfCents = number({ ...dollars, minimumSignificantDigits: 2, maximumSignificantDigits: 2 })
  const digits = (count: number) => number({ minimumFractionDigits: count, maximumFractionDigits: count })
  const [tenths, hundredths] = [digits(1), digits(2)]
  return {
    /** With thousands separators. */
    count: whole,
    /** With as many digits as it takes to tell a small price from none: $1.25, $0.21, $0.0021. */
    usd: (usd: number) => (usd === 0 || usd >= 1 ? cents(usd) : fractionsOfCents(usd)),
    /** Of milliseconds: 420 ms, 4.98 s, 75.3 s. */
    duration(ms: number) {
      if (Math.round(ms) < 1000) return `${whole(ms)} ms`
      const seconds = ms / 1000
      return `${seconds < 10 ? hundredths(seconds) : tenths(seconds)} s`
    },
    /** Of seconds: 12 s, 3 min, 5 h 12 min. */
    wait(seconds: number) {
      if (seconds < 120) return `${seconds} s`
      const minutes = Math.round(seconds / 60)
      const rest = minutes % 60
      return minutes < 120 ? `${minutes} min` : `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ''}`
    },
  }
}
