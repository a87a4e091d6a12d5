import type { AdminReport } from '@repo/contract/admin'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { ChangesTable } from '../../features/admin/changes-table.tsx'
import { PeopleTable } from '../../features/admin/people-table.tsx'
import { formatDay } from '../../features/usage/format.ts'
import { Report } from '../../features/usage/report.tsx'
import { UsageTable } from '../../features/usage/usage-table.tsx'
import { load } from '../../server/api.ts'
import { loadWords, pageLanguage } from '../../server/language.ts'

const PERIODS = [1, 7, 30, 90]
const DAY_MS = 24 * 3600_000
const control = 'rounded-md border border-line-strong bg-canvas px-2 py-1.5'

interface Props {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

// No title of its own: a page that is not there for most has none.
export const metadata: Metadata = { robots: { index: false } }

export default async function Page({ searchParams }: Props) {
  const { days: asked, search } = await searchParams
  const days = PERIODS.find((one) => String(one) === asked) ?? 30
  const sought = typeof search === 'string' ? search.slice(0, 200) : ''
  const from = new Date(Date.now() - (days - 1) * DAY_MS).toISOString().slice(0, 10)
  const report = await load<AdminReport>(`/api/admin?${new URLSearchParams({ from, search: sought })}`)
  if (!report) notFound()
  const text = await loadWords('admin')
  const language = await pageLanguage()
  const { people, found, common, models, withoutAccount, changes } = report
  const byModel = models.map(({ model, ...sums }) => [model, sums] as [string, typeof sums])
  const byDay = report.days.map(({ date, ...sums }) => [formatDay(date, language), sums] as [string, typeof sums])

  const form = (
    <form action="/admin" className="mt-6 flex flex-wrap items-end gap-3 text-sm">
      <label className="flex flex-col gap-1">
        <span className="text-quiet">{text.days}</span>
        <select className={control} defaultValue={days} name="days">
          {PERIODS.map((count) => (
            <option key={count} value={count}>
              {text.lastDays({ count })}
            </option>
          ))}
        </select>
      </label>
      <label className="flex min-w-56 flex-1 flex-col gap-1">
        <span className="text-quiet">{text.search}</span>
        <input className={control} defaultValue={sought} maxLength={200} name="search" type="search" />
      </label>
      <button className="rounded-lg bg-accent px-4 py-1.5 font-medium text-on-accent" type="submit">
        {text.show}
      </button>
      <a className="py-1.5 underline underline-offset-2" download href={`/api/admin/spending.csv?from=${from}`}>
        {text.download}
      </a>
    </form>
  )
  return (
    <Report form={form} intro={text.intro} title={text.title}>
      <section>
        <h2 className="mb-1 font-medium">{text.people}</h2>
        <p className="text-quiet text-sm" role="status">
          {found === 0 ? text.nobody : text.found({ count: found })}{' '}
          {people.length < found && text.shown({ count: people.length })}
        </p>
        {people.length > 0 && <PeopleTable common={common} people={people} />}
        {withoutAccount.turns > 0 && (
          <UsageTable label={text.withoutAccount} of={text.person} rows={[[text.withoutAccount, withoutAccount]]} />
        )}
      </section>
      <section>
        <h2 className="mb-1 font-medium">{text.models}</h2>
        <UsageTable label={text.models} of={text.model} rows={byModel} />
      </section>
      <section>
        <h2 className="mb-1 font-medium">{text.byDay}</h2>
        <UsageTable label={text.byDay} of={text.date} rows={byDay} />
      </section>
      <section>
        <h2 className="mb-1 font-medium">{text.changes}</h2>
        {changes.length === 0 ? (
          <p className="text-quiet text-sm">{text.noChanges}</p>
        ) : (
          <ChangesTable changes={changes} />
        )}
      </section>
    </Report>
  )
}
