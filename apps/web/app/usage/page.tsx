import type { Metadata } from 'next'
import { formatDay } from '../../format/numbers.ts'
import { loadUsage } from '../../server/api.ts'
import { text } from '../../text.ts'
import { DailyCost } from '../../usage/daily-cost.tsx'
import { Limits } from '../../usage/limits.tsx'
import { totalBy } from '../../usage/sums.ts'
import { UsageTable } from '../../usage/usage-table.tsx'
import { Notice } from '../notice.tsx'

export const metadata: Metadata = { title: text.usage.title }

export default async function Page() {
  const report = await loadUsage()
  if (!report) {
    return (
      <Notice detail={text.usage.unavailable} title={text.crash.title}>
        {/* A plain link to this page: a full load asks the API again. */}
        <a href="/usage">{text.crash.retry}</a>
      </Notice>
    )
  }
  const { today, days, limits } = report
  const byModel = totalBy(days, ({ model }) => model).sort(([, a], [, b]) => b.turns - a.turns)
  const byDay = totalBy(days, ({ date }) => date)

  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls by itself has to be reached by keyboard
    <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0}>
      <div className="reading-column flex flex-col gap-10 lg:max-w-5xl py-8 pb-[max(2rem,env(safe-area-inset-bottom))]">
        <header>
          <h1 className="font-semibold text-2xl tracking-tight">{text.usage.title}</h1>
          <p className="mt-1 text-quiet">{text.usage.intro}</p>
        </header>
        <section>
          <h2 className="mb-3 font-medium">{text.usage.limits}</h2>
          <Limits limits={limits} />
        </section>
        <section>
          <h2 className="mb-1 font-medium">{text.usage.today}</h2>
          {today.length === 0 ? (
            <p className="text-quiet text-sm">{text.usage.noneToday}</p>
          ) : (
            <UsageTable
              label={text.usage.today}
              of={text.usage.model}
              rows={today.map(({ model, ...sums }) => [model, sums])}
            />
          )}
        </section>
        <section>
          <h2 className="mb-1 font-medium">{text.usage.last30Days}</h2>
          {days.length === 0 ? (
            <p className="text-quiet text-sm">{text.usage.none}</p>
          ) : (
            <>
              <UsageTable label={text.usage.last30Days} of={text.usage.model} rows={byModel} />
              <DailyCost days={byDay} />
              <details className="mt-4">
                <summary className="inline-block rounded py-1 text-quiet text-sm hover:text-ink">
                  {text.usage.byDay}
                </summary>
                <UsageTable
                  label={text.usage.byDay}
                  of={text.usage.date}
                  rows={byDay.map(([date, sums]) => [formatDay(date), sums])}
                />
              </details>
              <p className="mt-4 text-pretty text-quiet text-sm">{text.usage.cacheHint}</p>
            </>
          )}
        </section>
      </div>
    </div>
  )
}
