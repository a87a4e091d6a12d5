import { attribute, metric } from '@repo/telemetry/catalogue'
import { label, seriesName } from '../series.ts'
import { firstToken, turnSuccess } from './objectives.ts'
import { environment, increase, rate, ratio } from './promql.ts'
import type { Alert, Group, PanelRef, Recording, Severity } from './rule.ts'

/** Of the rates that are recorded. */
const windows = ['5m', '30m', '1h', '2h', '6h', '1d', '3d'] as const
type Window = (typeof windows)[number]

interface Burn {
  readonly factor: number
  readonly long: Window
  readonly short: Window
  readonly severity: Severity
  /** How long a 30-day error budget lasts at this pace. */
  readonly lasts: string
}

/** Google's SRE workbook, chapter 5, table 5-8. The short window ends the alert soon after the cause has ended. */
const burns: readonly Burn[] = [
  { factor: 14.4, long: '1h', short: '5m', severity: 'page', lasts: '2 days' },
  { factor: 6, long: '6h', short: '30m', severity: 'page', lasts: '5 days' },
  { factor: 3, long: '1d', short: '2h', severity: 'ticket', lasts: '10 days' },
  { factor: 1, long: '3d', short: '6h', severity: 'ticket', lasts: '30 days' },
]

/** In the long window. With fewer, one bad event is a large share, and wakes somebody for nothing. */
export const MINIMUM_EVENTS = 20

interface Slo {
  readonly alert: string
  /** Beginning of the recorded series' name; `_rate5m` and so on follows. */
  readonly badShare: string
  readonly objective: number
  /** PromQL for the share that is bad. */
  share(window: Window): string
  /** The counter of all events, good and bad. */
  readonly events: string
  readonly summary: string
  /** Complete "12% of ... in the last 1h ...". */
  readonly of: string
  readonly bad: string
  readonly panel: PanelRef
}

const turns = seriesName(metric.turns)
const ttft = seriesName(metric.timeToFirstChunk)

const slos: readonly Slo[] = [
  {
    alert: 'TurnsFailing',
    badShare: 'chat:turns_bad:ratio',
    objective: turnSuccess.objective,
    share: (window) =>
      ratio(rate(`${turns}{${label(attribute.outcome)}=~"failed|truncated"}`, window), rate(turns, window)),
    events: turns,
    summary: 'Too many turns fail or are cut off',
    of: 'turns',
    bad: 'failed or were cut off',
    panel: { board: 'llm-overview', title: 'Failed or cut share' },
  },
  {
    alert: 'FirstTokenSlow',
    badShare: 'chat:first_token_slow:ratio',
    objective: firstToken.objective,
    share: (window) =>
      `1 - ${ratio(rate(`${ttft}_bucket{le="${firstToken.seconds}"}`, window), rate(`${ttft}_count`, window))}`,
    events: `${ttft}_count`,
    summary: `Too many answers begin after more than ${firstToken.seconds} s`,
    of: 'answers',
    bad: `began after more than ${firstToken.seconds} s`,
    panel: { board: 'llm-overview', title: 'Time to first token' },
  },
]

export function sloGroups(): Group[] {
  return slos.map((slo) => ({
    name: slo.badShare.split(':')[1] ?? '',
    rules: [...windows.map((window) => recording(slo, window)), ...burns.map((burn) => burnAlert(slo, burn))],
  }))
}

const recorded = ({ badShare }: Slo, window: Window) => `${badShare}_rate${window}`

function recording(slo: Slo, window: Window): Recording {
  return { record: recorded(slo, window), expr: slo.share(window) }
}

function burnAlert(slo: Slo, { factor, long, short, severity, lasts }: Burn): Alert {
  const { alert, objective, summary, of, bad, events, panel } = slo
  const limit = `${factor} * (1 - ${objective})`
  return {
    alert,
    expr: [
      `${recorded(slo, long)} > ${limit}`,
      `and ${recorded(slo, short)} > ${limit}`,
      `and on (${environment}) ${increase(events, long)} >= ${MINIMUM_EVENTS}`,
    ].join('\n'),
    severity,
    labels: { window: long },
    summary,
    description:
      `{{ $value | humanizePercentage }} of ${of} in the last ${long} ${bad}. That is more than ${factor} times the ` +
      `${percent(1 - objective)} that a month allows: at this pace its error budget lasts less than ${lasts}.`,
    panel,
  }
}

const percent = (share: number) => `${Number((100 * share).toFixed(3))}%`
