import { clock } from './format.ts'

export type Line = readonly [label: string, colorToken: string, values: readonly (number | null)[]]

interface Props {
  readonly title: string
  readonly note: string
  readonly timesMs: readonly number[]
  readonly lines: readonly Line[]
  /** Bars upon each other, the first line's on top, instead of lines. */
  readonly stacked: boolean
  readonly format: (value: number | null) => string
  /** The step that the pointer is at, in whichever chart, and what to tell when it moves. */
  readonly at: number | null
  readonly onPoint: (at: number | null) => void
}

/** A round number, as its half is too, and not below the value. */
function ceiling(value: number) {
  const power = 10 ** Math.floor(Math.log10(value || 1))
  return power * ([1, 2, 4, 6, 8].find((step) => step * power >= value) ?? 10)
}

export function Chart({ title, note, timesMs, lines, stacked, format, at, onPoint }: Props) {
  // Bars are drawn as the sum with all after them, so that each hides the foot of the one before.
  const sum = (from: number, i: number) =>
    lines.slice(from).reduce((total, [, , values]) => total + (values[i] ?? 0), 0)
  const tops = lines.map(([, , values], n) => (stacked ? values.map((_, i) => sum(n, i)) : values))
  const max = ceiling(Math.max(...tops.flat().map((value) => value ?? 0)))
  const draw = (values: readonly (number | null)[], joined: boolean) =>
    values.map((value, i) => {
      if (value === null || (stacked && value === 0)) return ''
      const y = 100 - (100 * value) / max
      if (stacked) return `M${i + 0.1} 100V${y}h.8V100Z`
      return `${joined && (values[i - 1] ?? null) !== null ? 'L' : 'M'}${i + 0.5} ${y}h0`
    })
  return (
    <figure className="card">
      <figcaption>
        <h2>{title}</h2> {at === null ? note : clock(timesMs[at] ?? 0).slice(0, 8)}
      </figcaption>
      <div className="plot">
        <div className="scale">
          {[max, max / 2, 0].map((value) => (
            <span key={value}>{format(value)}</span>
          ))}
        </div>
        <svg
          role="img"
          aria-label={`${title}, ${note}`}
          viewBox={`0 0 ${timesMs.length} 100`}
          preserveAspectRatio="none"
          onPointerLeave={() => onPoint(null)}
          onPointerMove={({ clientX, currentTarget }) => {
            const { left, width } = currentTarget.getBoundingClientRect()
            const step = Math.floor(((clientX - left) / width) * timesMs.length)
            onPoint(Math.min(Math.max(step, 0), timesMs.length - 1))
          }}
        >
          <path className="grid" d={`M0 0H${timesMs.length}M0 50H${timesMs.length}M0 100H${timesMs.length}`} />
          {tops.map((values, n) => (
            <g
              key={lines[n]?.[0]}
              className={stacked ? 'bars' : undefined}
              style={{ color: `var(--${lines[n]?.[1]})` }}
            >
              <path d={draw(values, true).join('')} />
              {!stacked && <path className="dots" d={draw(values, false).join('')} />}
            </g>
          ))}
          {at !== null && <path className="cursor" d={`M${at + 0.5} 0V100`} />}
        </svg>
        <div className="times">
          {[0, timesMs.length / 2, timesMs.length - 1].map((i) => (
            <time key={i}>{clock(timesMs[i] ?? 0).slice(0, 5)}</time>
          ))}
        </div>
      </div>
      <ul className="legend">
        {lines.map(([label, color, values]) => (
          <li key={label} style={{ color: `var(--${color})` }}>
            <span>{label}</span> {at !== null && <b>{format(values[at] ?? null)}</b>}
          </li>
        ))}
      </ul>
    </figure>
  )
}
