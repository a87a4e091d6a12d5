import type { UsageReport } from '@repo/contract/usage'
import { loadFormats, loadWords } from '../../server/language.ts'
import { secondsUntil } from './notice.ts'

type Budget = NonNullable<UsageReport['limits']['budget']>

/** Each limit with what is left of it and when it resets. */
export async function Limits({ limits: { rate, budget, visitorBudget } }: Pick<UsageReport, 'limits'>) {
  const text = await loadWords('usage')
  const { wait } = await loadFormats()
  return (
    <>
      <dl className="grid gap-x-8 gap-y-5 sm:grid-cols-2">
        <Limit
          detail={rate.resetsAt && text.rateResets({ wait: wait(secondsUntil(rate.resetsAt)) })}
          name={text.rate}
          share={1 - rate.remaining / rate.perMinute}
          value={text.rateLeft({ remaining: rate.remaining, limit: rate.perMinute })}
        />
        {visitorBudget && <BudgetLimit budget={visitorBudget} name={text.visitorBudget} />}
        {budget && <BudgetLimit budget={budget} name={text.budget} />}
      </dl>
      {!budget && !visitorBudget && <p className="mt-4 text-quiet text-sm">{text.noBudget}</p>}
    </>
  )
}

async function BudgetLimit({ name, budget }: { name: string; budget: Budget }) {
  const text = await loadWords('usage')
  const { usd, wait } = await loadFormats()
  const { spentUsd, reservedUsd, limitUsd, resetsAt } = budget
  const reserved = reservedUsd > 0 ? [text.reserved({ amount: usd(reservedUsd) })] : []
  return (
    <Limit
      detail={[...reserved, text.resets({ wait: wait(secondsUntil(resetsAt)) })].join(', ')}
      name={name}
      share={(spentUsd + reservedUsd) / limitUsd}
      value={text.budgetSpent({ spent: usd(spentUsd), limit: usd(limitUsd) })}
    />
  )
}

/** @param share what is gone, from 0 to 1 */
function Limit(props: { name: string; value: string; detail: string | null; share: number }) {
  const percent = Math.min(100, Math.max(0, props.share * 100))
  return (
    <div className="text-sm">
      <dt className="text-quiet">{props.name}</dt>
      <dd className="tabular-nums">
        {props.value}
        {props.detail && <span className="text-quiet"> · {props.detail}</span>}
        <span aria-hidden="true" className="mt-2 block h-1.5 overflow-hidden rounded-full bg-hover">
          <span
            className={`block h-full rounded-full ${percent > 80 ? 'bg-warning' : 'bg-accent'}`}
            style={{ width: `${percent}%` }}
          />
        </span>
      </dd>
    </div>
  )
}
