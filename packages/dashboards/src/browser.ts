import { measurement, service } from '@repo/telemetry/catalogue'
import { board } from './frame.ts'
import { logsPanel, redFrom, row, size, started, statPanel, tracesPanel, trendPanel } from './panels.ts'
import { browserLines, lineQuantile, perceivedTtftLines } from './series.ts'

const vitals = `${browserLines('measurement')} | type="web-vitals"`
const slowPages = `{ resource.service.name = "${service.browser}" && duration > 1s }`
const model = 'context_gen_ai_request_model'

/** Thresholds of https://web.dev/articles/vitals, where a page is judged by the 75th percentile of its visits. */
const webVitals = [
  {
    field: 'lcp',
    title: 'LCP, p75',
    meaning: 'Largest contentful paint: when the main thing on the page was there.',
    fix: 'the server answers late (time to first byte), or the page loads too much',
    seconds: true,
    from: [2.5, 4],
  },
  {
    field: 'inp',
    title: 'INP, p75',
    meaning: 'Interaction to next paint: how fast the page reacts.',
    fix: 'the page computes for too long after a click or a key: long answers, or heavy rendering',
    seconds: true,
    from: [0.2, 0.5],
  },
  {
    field: 'cls',
    title: 'CLS, p75',
    meaning: 'Cumulative layout shift: how much the page jumps.',
    fix: 'something is inserted above what people read',
    seconds: false,
    from: [0.1, 0.25],
  },
  {
    field: 'ttfb',
    title: 'TTFB, p75',
    meaning: 'Time to first byte: when the answer of the web server began.',
    fix: 'the web server or the network; Services says which',
    seconds: true,
    from: [0.8, 1.8],
  },
  {
    field: 'fcp',
    title: 'FCP, p75',
    meaning: 'First contentful paint: when the first thing was on the page.',
    fix: 'the server answers late, or the first JavaScript is too large',
    seconds: true,
    from: [1.8, 3],
  },
] as const

const vital = (field: string, seconds: boolean, q: number, range: '$interval' | '$__range') => {
  const value = lineQuantile(q, `${vitals} | ${field}!=""`, field, range)
  return seconds ? `${value} / 1000` : value
}
const perceived = (q: number, range: '$interval' | '$__range' = '$interval') =>
  `${lineQuantile(q, perceivedTtftLines, measurement.perceivedTtft.value, range)} / 1000`

export const browser = () =>
  board({
    uid: 'browser',
    title: 'Browser',
    description: 'How the page was for its visitors: speed, errors, and what they waited for an answer. From Faro.',
    variables: ['environment', 'interval'],
    panels: [
      ...webVitals.map(({ field, title, meaning, fix, seconds, from }) =>
        statPanel({
          title,
          size: { width: 8, height: 3 },
          description: `${meaning} Of the visits in the shown time. From web-vitals measurements of the page (${field}). When red: ${fix}.`,
          unit: seconds ? 's' : 'short',
          decimals: seconds ? 2 : 3,
          thresholds: redFrom(from[0], from[1]),
          noValue: 'no visit found',
          expr: vital(field, seconds, 0.75, '$__range'),
          store: 'loki',
        }),
      ),
      statPanel({
        title: 'Perceived first token',
        size: { width: 8, height: 3 },
        description: `p75 from pressing Send to the first text on the page. From ${measurement.perceivedTtft.type} measurements. When red: compare with the server's own (LLM performance).`,
        unit: 's',
        decimals: 2,
        thresholds: redFrom(2, 5),
        noValue: 'no answer found',
        expr: perceived(0.75, '$__range'),
        store: 'loki',
      }),

      row('Over time'),
      trendPanel({
        title: 'Loading, p75',
        description:
          'Largest and first contentful paint, and time to first byte. From web-vitals measurements. A rise of all three after a deployment (purple line): the server; of the paints alone: the page.',
        unit: 's',
        noValue: 'no visit found',
        traces: slowPages,
        series: ['lcp', 'fcp', 'ttfb'].map((field) => ({
          expr: vital(field, true, 0.75, '$interval'),
          legend: field.toUpperCase(),
          store: 'loki',
        })),
      }),
      trendPanel({
        title: 'Interaction to paint, p75',
        description: 'How fast the page reacts. From web-vitals measurements (inp). Above 0.2 s it feels slow.',
        unit: 's',
        noValue: 'no visit found',
        traces: slowPages,
        series: [{ expr: vital('inp', true, 0.75, '$interval'), legend: 'INP', store: 'loki' }],
      }),
      trendPanel({
        title: 'Layout shift, p75',
        description: 'How much the page jumps, without unit. From web-vitals measurements (cls). Above 0.1 it annoys.',
        unit: 'short',
        noValue: 'no visit found',
        series: [{ expr: vital('cls', false, 0.75, '$interval'), legend: 'CLS', store: 'loki' }],
      }),
      trendPanel({
        title: 'Perceived, p50 and p95',
        description: `What people wait for. From ${measurement.perceivedTtft.type} measurements, each with the trace of its turn. When it grows and the server's does not: the network, or the page.`,
        unit: 's',
        noValue: 'no answer found',
        traces: slowPages,
        series: [0.5, 0.95].map((q) => ({ expr: perceived(q), legend: `p${q * 100}`, store: 'loki' })),
      }),
      trendPanel({
        title: 'Perceived, by model',
        description: `Average time to first token on the page. From ${measurement.perceivedTtft.type} measurements. One model that is slow for visitors, and not on the server: look at its traces from the browser on.`,
        unit: 's',
        noValue: 'no answer found',
        traces: slowPages,
        expr: `avg_over_time(${perceivedTtftLines} | unwrap ${measurement.perceivedTtft.value} [$interval]) by (${model}) / 1000`,
        legend: `{{${model}}}`,
        store: 'loki',
      }),
      trendPanel({
        title: 'Visits and errors',
        description:
          'A minute: sessions that began or were resumed, and uncaught errors by type. From events and exceptions of the page. Errors that come with a deployment (purple line): roll it back, then read the lines below.',
        unit: 'short',
        noValue: 'no visit found',
        series: [
          {
            expr: `60 * sum(rate(${browserLines('event')} [$interval]))`,
            legend: 'sessions',
            store: 'loki',
          },
          {
            expr: `60 * sum by (type) (rate(${browserLines('exception')} [$interval]))`,
            legend: '{{type}}',
            store: 'loki',
          },
        ],
      }),
      logsPanel({
        title: 'Uncaught errors',
        size: size.half,
        description:
          'Type and frames of our own scripts, without their message, which can quote what people typed. From exceptions of the page.',
        expr: `${browserLines('exception')} | line_format "{{.stacktrace}} at {{.page_url}}"`,
      }),
      tracesPanel({
        title: 'Requests of the page',
        size: size.half,
        description:
          'Chat requests as the browser saw them: the roots of their traces, from the page to the database. A click on a duration opens the trace.',
        query: `{ resource.service.name = "${service.browser}" && name = "POST /api/chat" } | select(span.http.response.status_code)`,
        noValue: 'no visit found',
        fields: [
          { name: 'Duration', title: 'Duration', width: 90, unit: 'ns', decimals: 2 },
          { name: 'http.response.status_code', title: 'Status', width: 60 },
          started('Start time'),
        ],
        sort: 'Duration',
      }),
    ],
  })
