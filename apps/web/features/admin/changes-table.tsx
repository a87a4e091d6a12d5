import type { AdminReport } from '@repo/contract/admin'
import { loadFormats, loadWords, pageLanguage } from '../../server/language.ts'

/** Who changed what for whom. */
export async function ChangesTable({ changes }: Pick<AdminReport, 'changes'>) {
  const text = await loadWords('admin')
  const formats = await loadFormats()
  const language = await pageLanguage()
  const names = { dailyUsd: text.budget, perMinute: text.rate, isBlocked: text.blocked }
  const value = (what: keyof typeof names, said: string) => {
    if (said === 'common') return text.forAll
    if (said === 'unlimited') return text.unlimited
    if (what === 'isBlocked') return said === 'true' ? text.yes : text.no
    return what === 'dailyUsd' ? formats.usd(Number(said)) : formats.count(Number(said))
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls by itself has to be reached by keyboard
    <figure aria-label={text.changes} className="overflow-x-auto" tabIndex={0}>
      <table className="w-full text-sm">
        <thead className="whitespace-nowrap text-quiet text-xs">
          <tr>
            {[text.when, text.who, text.person, text.what, text.from, text.to].map((name) => (
              <th className="py-2 pe-4 text-start font-medium" key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {changes.map(({ at, admin, person, what, from, to }, index) => (
            <tr className="whitespace-nowrap border-line border-t *:py-2 *:pe-4" key={`${at} ${index}`}>
              <td className="tabular-nums">
                <time dateTime={at}>
                  {new Date(at).toLocaleString(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' })}{' '}
                  UTC
                </time>
              </td>
              <td>{admin}</td>
              <td dir="auto">{person}</td>
              <td>{names[what]}</td>
              <td className="tabular-nums">{value(what, from)}</td>
              <td className="tabular-nums">{value(what, to)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
