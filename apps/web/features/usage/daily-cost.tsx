import { loadFormats, loadWords, pageLanguage } from '../../server/language.ts'
import { formatDay } from './format.ts'
import { lastDays, type Sums } from './sums.ts'

/**
 * Known cost of each of the last 30 days as bars. A picture of the table below it, so it is nothing for a screen reader.
 *
 * @param days those with turns, by date
 */
export async function DailyCost({ days }: { days: [date: string, sums: Sums][] }) {
  const text = await loadWords('usage')
  const { usd } = await loadFormats()
  const language = await pageLanguage()
  const costs = new Map(days.map(([date, { costUsd }]) => [date, costUsd]))
  const highest = Math.max(...costs.values())
  if (highest === 0) return null
  const dates = lastDays(30, new Date())
  return (
    <div aria-hidden="true" className="mt-6 text-quiet text-xs tabular-nums">
      <p>{text.perDay({ highest: usd(highest) })}</p>
      <div className="mt-1 flex h-24 items-end gap-0.5 border-line border-b">
        {dates.map((date) => {
          const cost = costs.get(date) ?? 0
          return (
            <span
              className="min-h-px flex-1 rounded-t-xs bg-accent data-none:bg-transparent"
              data-none={cost === 0 || undefined}
              key={date}
              style={{ height: `${(cost / highest) * 100}%` }}
              title={`${formatDay(date, language)}: ${usd(cost)}`}
            />
          )
        })}
      </div>
      <p className="mt-1 flex justify-between">
        <span>{formatDay(dates[0] ?? '', language)}</span>
        <span>{text.today}</span>
      </p>
    </div>
  )
}
