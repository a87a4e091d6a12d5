import type { UsageReport } from '@repo/contract/usage'
import type { Metadata } from 'next'
import { DailyCost } from '../../features/usage/daily-cost.tsx'
import { formatDay } from '../../features/usage/format.ts'
import { Limits } from '../../features/usage/limits.tsx'
import { Report } from '../../features/usage/report.tsx'
import { totalBy } from '../../features/usage/sums.ts'
import { UsageTable } from '../../features/usage/usage-table.tsx'
import { load } from '../../server/api.ts'
import { loadWords, pageLanguage } from '../../server/language.ts'
import { Notice } from '../../ui/notice.tsx'

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await loadWords('usage')).title }
}

export default async function Page() {
  const text = await loadWords('usage')
  const { crash } = await loadWords('core')
  const language = await pageLanguage()
  const report = await load<UsageReport>('/api/usage')
  if (!report) {
    return (
      <Notice detail={text.unavailable} title={crash.title}>
        {/* A plain link to this page: a full load asks the API again. */}
        <a href="/usage">{crash.retry}</a>
      </Notice>
    )
  }
  const { today, days, limits } = report
  const byModel = totalBy(days, ({ model }) => model).sort(([, a], [, b]) => b.turns - a.turns)
  const byDay = totalBy(days, ({ date }) => date)

  return (
    <Report intro={text.intro} title={text.title}>
      <section>
        <h2 className="mb-3 font-medium">{text.limits}</h2>
        <Limits limits={limits} />
      </section>
      <section>
        <h2 className="mb-1 font-medium">{text.today}</h2>
        {today.length === 0 ? (
          <p className="text-quiet text-sm">{text.noneToday}</p>
        ) : (
          <UsageTable label={text.today} of={text.model} rows={today.map(({ model, ...sums }) => [model, sums])} />
        )}
      </section>
      <section>
        <h2 className="mb-1 font-medium">{text.last30Days}</h2>
        {days.length === 0 ? (
          <p className="text-quiet text-sm">{text.none}</p>
        ) : (
          <>
            <UsageTable label={text.last30Days} of={text.model} rows={byModel} />
            <DailyCost days={byDay} />
            <details className="mt-4">
              <summary className="inline-block rounded py-1 text-quiet text-sm hover:text-ink">{text.byDay}</summary>
              <UsageTable
                label={text.byDay}
                of={text.date}
                rows={byDay.map(([date, sums]) => [formatDay(date, language), sums])}
              />
            </details>
            <p className="mt-4 text-pretty text-quiet text-sm">{text.cacheHint}</p>
          </>
        )}
      </section>
    </Report>
  )
}
