import { metric, service } from '@repo/telemetry/catalogue'
import { seriesName } from '../series.ts'
import { gained } from './promql.ts'
import type { Alert, Group, PanelRef } from './rule.ts'

const panel = (title: string): PanelRef => ({ board: 'pipeline', title })

/** What Alloy counts for each signal under a name of its own, as one vector with the label `what`. */
function ofAlloy(...counters: readonly string[]): string {
  const each = counters.flatMap((counter) =>
    ['spans', 'metric_points', 'log_records'].map((items) => {
      const sum = `sum by (instance) (${gained(`otelcol_${counter}_${items}_total`, '10m')})`
      return `label_replace(${sum}, "what", "${items.replace('_', ' ')}, ${counter.replaceAll('_', ' ')}", "", "")`
    }),
  )
  return `(\n  ${each.join('\n  or ')}\n)`
}

const missing: Alert = {
  alert: 'TelemetryMissing',
  expr: [
    `absent_over_time(${seriesName(metric.turns)}{service_name="${service.api}"}[2m])`,
    'or absent_over_time(up{job="alloy"}[2m])',
  ].join('\n'),
  for: '1m', // after a start, the first metrics take a moment
  severity: 'page',
  summary: 'No metrics arrive any more: every other alert is blind',
  description:
    'For 3 minutes nothing has come from {{ with $labels.service_name }}{{ . }}{{ else }}{{ $labels.job }}{{ end }}.',
  panel: panel('Age of the newest'),
}

const refused: Alert = {
  alert: 'TelemetryRefused',
  expr: `${ofAlloy('receiver_refused', 'receiver_failed')} > 0`,
  severity: 'ticket',
  summary: 'Alloy refuses telemetry',
  description:
    'Alloy, {{ $labels.what }}: about {{ $value | humanize }} in the last 10 minutes. Their senders try again for a few seconds, then drop them.',
  panel: panel('Refused and failed'),
}

const dropped: Alert = {
  alert: 'TelemetryDropped',
  expr: `${ofAlloy('exporter_send_failed', 'exporter_enqueue_failed')} > 0`,
  severity: 'ticket',
  summary: 'Alloy has given telemetry up: it is lost',
  description:
    'Alloy, {{ $labels.what }}: about {{ $value | humanize }} in the last 10 minutes. A store refused them for good, or the queue was full.',
  panel: panel('Dropped by Alloy'),
}

const queue: Alert = {
  alert: 'TelemetryQueueFilling',
  expr: 'max by (component_path, data_type) (otelcol_exporter_queue_size / otelcol_exporter_queue_capacity) > 0.2',
  for: '2m',
  severity: 'page',
  summary: 'Telemetry waits in Alloy, because a store does not take it',
  description:
    '{{ $labels.data_type }} for {{ $labels.component_path }}: the queue is {{ $value | humanizePercentage }} full. What comes when it is full is lost.',
  panel: panel('Fullest queue'),
}

const discarded: Alert = {
  alert: 'StoreDiscards',
  expr: `sum by (job, reason) (${[
    'cortex_discarded_samples_total',
    'loki_discarded_samples_total',
    'tempo_discarded_spans_total',
  ]
    .map((counter) => `(${gained(counter, '10m')})`)
    .join(' or ')}) > 0`,
  severity: 'ticket',
  summary: 'A store throws away what it was sent',
  description:
    '{{ $labels.job }} discarded about {{ $value | humanize }} samples, lines or spans in the last 10 minutes: {{ $labels.reason }}.',
  panel: panel('Loki, Tempo: discarded'),
}

const storeDown: Alert = {
  alert: 'StoreDown',
  expr: 'up{job=~"loki|tempo|mimir"} == 0',
  for: '1m',
  severity: 'page',
  summary: 'A store does not answer',
  description:
    '{{ $labels.job }} has not answered for a minute (up is {{ $value }}). Alloy keeps what is meant for it, for about an hour.',
  panel: panel('Parts that answer'),
}

export const pipelineGroup: Group = {
  name: 'pipeline',
  rules: [missing, storeDown, queue, refused, dropped, discarded],
}
