'use client'

import type { AdminReport, Person } from '@repo/contract/admin'
import { useState } from 'react'
import { useFormats, useWords } from '../../words/use-words.tsx'
import { costText } from '../usage/sums.ts'
import { LimitsDialog } from './limits-dialog.tsx'

const cell = 'py-2 ps-4 text-end tabular-nums'

/** Who spent what, and what holds for each; a button opens the form that changes it. */
export function PeopleTable({ people, common }: Pick<AdminReport, 'people' | 'common'>) {
  const text = useWords('admin')
  const usage = useWords('usage')
  const formats = useFormats()
  const [edited, setEdited] = useState<Person | null>(null)
  const limit = (value: number | 'unlimited' | null, all: string, own: (value: number) => string) =>
    value === null ? text.common({ value: all }) : value === 'unlimited' ? text.unlimited : own(value)
  const commonBudget = common.dailyUsd === null ? text.none : formats.usd(common.dailyUsd)
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls by itself has to be reached by keyboard */}
      <figure aria-label={text.people} className="overflow-x-auto" tabIndex={0}>
        <table className="w-full text-sm">
          <thead className="whitespace-nowrap text-quiet text-xs">
            <tr>
              <th className="py-2 text-start font-medium" scope="col">
                {text.person}
              </th>
              {[text.turns, text.cost, text.budget, text.rate, text.state].map((name) => (
                <th className={`${cell} font-medium`} key={name} scope="col">
                  {name}
                </th>
              ))}
              <td />
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr className="whitespace-nowrap border-line border-t" key={person.id}>
                <th className="py-2 text-start font-normal" dir="auto" scope="row">
                  {person.name}
                  {person.email && person.email !== person.name && (
                    <span className="block text-quiet text-xs">{person.email}</span>
                  )}
                </th>
                <td className={cell}>{formats.count(person.turns)}</td>
                <td className={cell}>
                  {costText(person, usage, formats)}
                  {person.estimatedUsd > 0 && (
                    <span className="block text-quiet text-xs">
                      {usage.estimated({ usd: formats.usd(person.estimatedUsd) })}
                    </span>
                  )}
                </td>
                <td className={cell}>{limit(person.limits.dailyUsd, commonBudget, formats.usd)}</td>
                <td className={cell}>
                  {limit(person.limits.perMinute, formats.count(common.perMinute), formats.count)}
                </td>
                <td className={`${cell} ${person.limits.isBlocked ? 'text-danger' : ''}`}>
                  {person.limits.isBlocked ? text.blocked : text.active}
                </td>
                <td className="ps-4 text-end">
                  <button
                    aria-label={text.editOf({ name: person.name })}
                    className="rounded-md border border-line px-2 py-1 hover:bg-hover"
                    onClick={() => setEdited(person)}
                    type="button"
                  >
                    {text.edit}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </figure>
      {edited && <LimitsDialog key={edited.id} onClose={() => setEdited(null)} person={edited} />}
    </>
  )
}
