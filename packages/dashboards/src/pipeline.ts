import { board } from './frame.ts'
import { greenFrom, redFrom, row, type Series, size, statPanel, trendPanel } from './panels.ts'
import { ofLargest, orZero, partsThatAnswer, rate } from './series.ts'

const signals = [
  ['spans', 'spans'],
  ['metric_points', 'metric points'],
  ['log_records', 'log records'],
] as const

/** One line a signal, of Alloy's counters of that name. */
const perSignal = (counter: (signal: string) => string, alive?: (signal: string) => string): Series[] =>
  signals.map(([signal, legend]) => {
    const series = rate(counter(signal), '')
    return { expr: alive ? orZero(series, rate(alive(signal), '')) : series, legend }
  })

const accepted = (signal: string) => `otelcol_receiver_accepted_${signal}_total`
const sent = (signal: string) => `otelcol_exporter_sent_${signal}_total`
const received = {
  loki: 'loki_distributor_lines_received_total',
  tempo: 'tempo_distributor_spans_received_total',
  mimir: 'cortex_distributor_received_samples_total',
} as const

/** Seconds since a counter last grew, looked for in the last hour. */
const silence = (counter: string) => `time() - max(max_over_time(timestamp(rate(${counter}[1m]) > 0)[1h:15s]))`
/** A queue by the store that it leads to: `loki`, not the path of a component of Alloy. */
const byStore = (expr: string) => `label_replace(${expr}, "store", "$1", "component_path", ".*(loki|tempo|mimir)")`
const queueFill =
  'max by (component_path) (otelcol_exporter_queue_size) / max by (component_path) (otelcol_exporter_queue_capacity)'
const queueAge = `(time() - max by (component_path) (max_over_time(timestamp(otelcol_exporter_queue_size < 1e5)[1h:15s]))) or 3600 + 0 * max by (component_path) (otelcol_exporter_queue_size)`
/** A second, by reason; a line at 0 that says so where nothing was discarded. */
const byReason = (counter: string, alive: string) =>
  `${rate(counter, '', ['reason'])} or on () label_replace(0 * ${rate(alive, '')}, "reason", "nothing", "", "")`
const lost = [
  `sum(increase(loki_discarded_samples_total[$__range])) or 0 * sum(increase(${received.loki}[$__range]))`,
  `sum(increase(tempo_discarded_spans_total[$__range])) or 0 * sum(increase(${received.tempo}[$__range]))`,
] as const

export const pipeline = () =>
  board({
    uid: 'pipeline',
    title: 'Pipeline health',
    description:
      'Whether telemetry arrives: what each hop accepts, refuses, keeps and drops, and how old the newest is.',
    variables: ['interval'],
    panels: [
      statPanel({
        title: 'Parts that answer',
        size: { width: 8, height: 3 },
        description:
          'Share of Alloy, the stores and Grafana that answered when last asked. From up. When red: docker compose ps; what a missing store misses waits in its queue.',
        unit: 'percentunit',
        decimals: 0,
        thresholds: greenFrom(1, 1),
        noValue: 'not asked yet',
        expr: partsThatAnswer,
      }),
      statPanel({
        title: 'Refused at the door',
        size: { width: 8, height: 3 },
        description:
          'Spans, points and lines that Alloy did not take in the shown time: its memory was full. From otelcol_receiver_refused. When red: senders try again; if it lasts, give Alloy more memory.',
        unit: 'short',
        decimals: 0,
        thresholds: redFrom(1, 1),
        expr: signals
          .map(([signal]) => `sum(increase(otelcol_receiver_refused_${signal}_total[$__range]))`)
          .join(' + '),
      }),
      statPanel({
        title: 'Fullest queue',
        size: { width: 8, height: 3 },
        description:
          'Share of its size that is taken, of the fullest of the three queues on disk. From otelcol_exporter_queue_size and _capacity. When red: its store is away or too slow; at 1 services are refused (503) and try again, and what browsers send is lost.',
        unit: 'percentunit',
        decimals: 1,
        thresholds: redFrom(0.25, 0.5),
        expr: `max(${queueFill})`,
      }),
      statPanel({
        title: 'Queue age',
        size: { width: 12, height: 5 },
        description:
          'Time since the queue of a destination was last as good as empty (less than 100 kB): nothing in it is older; an hour means an hour or more. From otelcol_exporter_queue_size. When red: that store does not keep up.',
        unit: 's',
        decimals: 0,
        thresholds: redFrom(60, 600),
        series: [{ expr: byStore(queueAge), legend: '{{store}}' }],
      }),
      statPanel({
        title: 'Age of the newest',
        size: { width: 12, height: 5 },
        description:
          'Time since each store last took something new, within a minute; metrics: since the newest sample of a service. From the counters of the stores, and target_info. When red, though people chat: follow the hops below from left to right. Older than an hour: nothing.',
        unit: 's',
        decimals: 0,
        noValue: 'none for an hour',
        thresholds: redFrom(120, 600),
        series: [
          { expr: silence(received.tempo), legend: 'traces' },
          { expr: silence(received.loki), legend: 'logs' },
          { expr: 'time() - max(max_over_time(timestamp(target_info)[1h:15s]))', legend: 'metrics' },
        ],
      }),

      row('Into Alloy'),
      trendPanel({
        title: 'Accepted',
        description:
          'OTLP that Alloy took, a second. From otelcol_receiver_accepted. None from a service that runs: OTEL_EXPORTER_OTLP_ENDPOINT.',
        unit: 'short',
        series: perSignal(accepted),
      }),
      trendPanel({
        title: 'Refused and failed',
        description:
          'OTLP that Alloy did not take, a second: refused, as its memory was full, or failed on the way through. From otelcol_receiver_refused and _failed. Senders try refused ones again.',
        unit: 'short',
        series: [
          ...signals.map(([signal, legend]) => ({
            expr: rate(`otelcol_receiver_refused_${signal}_total`, ''),
            legend: `refused: ${legend}`,
          })),
          ...signals.map(([signal, legend]) => ({
            expr: rate(`otelcol_receiver_failed_${signal}_total`, ''),
            legend: `failed: ${legend}`,
          })),
        ],
      }),
      trendPanel({
        title: 'From browsers',
        description:
          'Faro events, measurements and exceptions that Alloy took, a second. From faro_receiver. None although people visit: FARO_URL.',
        unit: 'short',
        series: ['events', 'measurements', 'exceptions'].map((kind) => ({
          expr: rate(`faro_receiver_${kind}_total`, ''),
          legend: kind,
        })),
      }),

      row('In Alloy, and out of it'),
      trendPanel({
        title: 'Queued on disk',
        size: size.half,
        description:
          'Bytes that wait on disk, uncompressed, by destination. From otelcol_exporter_queue_size. It grows while a store is away, and is worked off afterwards; Fullest queue says how much room is left.',
        unit: 'bytes',
        zeros: 'drawn',
        expr: byStore('max by (component_path) (otelcol_exporter_queue_size)'),
        legend: '{{store}}',
      }),
      trendPanel({
        title: 'Sent to the stores',
        size: size.half,
        description:
          'Acknowledged by the store, a second. From otelcol_exporter_sent. Below what is accepted for long: the queue grows.',
        unit: 'short',
        series: perSignal(sent),
      }),
      trendPanel({
        title: 'Dropped by Alloy',
        size: size.half,
        description:
          'A second: refused by a store for ever (failed), or by a full queue (no room). From otelcol_exporter_send_failed and _enqueue_failed, which begin with the first failure. When not 0: this telemetry is lost; Alloy logs why.',
        unit: 'short',
        series: [
          ...perSignal((signal) => `otelcol_exporter_send_failed_${signal}_total`, sent).map(({ expr, legend }) => ({
            expr,
            legend: `failed: ${legend}`,
          })),
          ...perSignal((signal) => `otelcol_exporter_enqueue_failed_${signal}_total`, sent).map(({ expr, legend }) => ({
            expr,
            legend: `no room: ${legend}`,
          })),
        ],
      }),
      trendPanel({
        title: 'Own metrics, behind',
        size: size.half,
        description:
          "How far remote write of the stack's own scraped metrics, and of Tempo's span metrics, is behind. From prometheus_remote_storage; what has not been sent for the first time is not late yet. When it grows: Mimir is slow or away; a log on disk keeps them for two hours.",
        unit: 's',
        zeros: 'drawn',
        expr: 'clamp_min(max by (job) (prometheus_remote_storage_highest_timestamp_in_seconds > 0) - min by (job) (prometheus_remote_storage_queue_highest_sent_timestamp_seconds > 0), 0)',
        legend: 'sent by {{job}}',
      }),

      row('In the stores'),
      trendPanel({
        title: 'Loki, Tempo: received',
        description:
          'Lines and spans a second. From the counters of their distributors. Less than Alloy sends: look at what is discarded.',
        unit: 'short',
        series: [
          { expr: rate(received.loki, ''), legend: 'Loki: lines' },
          { expr: rate(received.tempo, ''), legend: 'Tempo: spans' },
        ],
      }),
      trendPanel({
        title: 'Received by Mimir',
        description: `Samples a second. From ${received.mimir}. Less than Alloy sends: look at what is discarded.`,
        unit: 'short',
        series: [{ expr: rate(received.mimir, ''), legend: 'samples' }],
      }),
      trendPanel({
        title: 'Loki, Tempo: discarded',
        description:
          'A second, by reason. From loki_discarded_samples_total and tempo_discarded_spans_total, which begin with the first. When not 0: a limit of loki/loki.yaml or tempo/tempo.yaml; what was discarded is lost.',
        unit: 'short',
        zeros: 'drawn',
        series: [
          {
            expr: byReason('loki_discarded_samples_total', received.loki),
            legend: 'Loki: {{reason}}',
          },
          {
            expr: byReason('tempo_discarded_spans_total', received.tempo),
            legend: 'Tempo: {{reason}}',
          },
        ],
      }),
      trendPanel({
        title: 'Discarded by Mimir',
        description:
          'Samples a second, by reason. From cortex_discarded_samples_total, which begins with the first. When not 0: a limit of mimir/mimir.yaml; what was discarded is lost.',
        unit: 'short',
        zeros: 'drawn',
        expr: byReason('cortex_discarded_samples_total', received.mimir),
        legend: '{{reason}}',
      }),
      trendPanel({
        title: 'Left out of span metrics',
        description:
          "Spans a second that Tempo stored and did not count, by reason. From tempo_metrics_generator_spans_discarded_total. After an outage: spans that waited too long in Alloy's queue; the metrics proper have them.",
        unit: 'short',
        noValue: 'none left out',
        expr: ofLargest(
          6,
          rate('tempo_metrics_generator_spans_discarded_total', '', ['reason']),
          'tempo_metrics_generator_spans_discarded_total',
          '',
          ['reason'],
        ),
        legend: '{{reason}}',
      }),
      statPanel({
        title: 'Discarded in all',
        size: size.third,
        description:
          'In the shown time, by Loki and Tempo together. From the counters of the panels beside. Anything but 0 is telemetry that is lost.',
        unit: 'short',
        decimals: 0,
        thresholds: redFrom(1, 1),
        expr: lost.map((part) => `(${part})`).join(' + '),
      }),

      row('Cardinality'),
      trendPanel({
        title: 'Series, by service',
        description:
          'Active series of the services. Counted from the series themselves. It follows models and routes, never visitors: a rise with the number of users is a label that should not be there.',
        unit: 'short',
        stacked: true,
        series: [{ expr: 'count by (service_name) ({service_name=~".+"})', legend: '{{service_name}}' }],
      }),
      trendPanel({
        title: 'Series in Mimir',
        description:
          'All that it holds in memory, those of the stack itself included. From cortex_ingester_memory_series. It decides how much memory Mimir needs.',
        unit: 'short',
        series: [{ expr: 'sum(cortex_ingester_memory_series)', legend: 'series' }],
      }),
      trendPanel({
        title: 'Streams, span series',
        description:
          'Streams that Loki holds open, and series that Tempo makes from spans. From loki_ingester_memory_streams and tempo_metrics_generator_registry_active_series. Streams that grow with users: an index label that should be structured metadata.',
        unit: 'short',
        series: [
          { expr: 'sum(loki_ingester_memory_streams)', legend: 'streams' },
          { expr: 'sum(tempo_metrics_generator_registry_active_series)', legend: 'series from spans' },
        ],
      }),
      trendPanel({
        title: 'Memory of the stack',
        size: size.half,
        description:
          'Resident memory of Alloy and the stores. From process_resident_memory_bytes. Near its limit in docker-compose.yml: fewer series, or more memory.',
        unit: 'bytes',
        expr: 'max by (job) (process_resident_memory_bytes{job=~"alloy|loki|tempo|mimir"})',
        legend: '{{job}}',
      }),
      trendPanel({
        title: 'CPU of the stack',
        size: size.half,
        description:
          'Processors in use by Alloy and the stores. From process_cpu_seconds_total. Beside the traffic above: does it grow faster than what arrives?',
        unit: 'short',
        expr: 'sum by (job) (rate(process_cpu_seconds_total{job=~"alloy|loki|tempo|mimir"}[$interval]))',
        legend: '{{job}}',
      }),
    ],
  })
