import { service } from '@repo/telemetry/catalogue'
import { board } from './frame.ts'
import { greenFrom, redFrom, row, serviceGraphPanel, size, statPanel, trendPanel } from './panels.ts'
import { ofLargest, quantile, rate, selector, share, spanMetric } from './series.ts'

const shown = selector.service
const requests = 'http_server_request_duration_seconds'
const provider = `service_name="${service.api}", ${selector.environment}`
/** By what the provider said: the kind of an error where there was one, also behind a 200, else the status. */
const answersOfProvider = `sum by (answer) (label_replace(label_replace(rate(http_client_request_duration_seconds_count{${provider}}[$interval]), "answer", "$1", "http_response_status_code", "(.+)"), "answer", "$1", "error_type", "(.+)"))`
const broken = 'http_response_status_code=~"5.."'
const server = 'service=~"$service", span_kind="SPAN_KIND_SERVER"'
const slowRequests = '{ kind = server && duration > 1s }'
const perService = ['service_name']
const perRoute = ['service_name', 'http_route']
const busiestRoutes = (series: string) => ofLargest(5, series, `${requests}_count`, shown, perRoute)
const queries = 'db_client_operation_duration_seconds_count'
const statements = ['db_operation_name']
const busy = 'When it stays high, add a process.'

export const services = () =>
  board({
    uid: 'services',
    title: 'Services',
    description: 'Rate, errors, duration and saturation of each service, and who calls whom.',
    variables: ['environment', 'service', 'interval'],
    panels: [
      statPanel({
        title: 'Requests',
        description: 'Answered a second by the web server and the API together. From http.server.request.duration.',
        unit: 'reqps',
        decimals: 1,
        expr: `sum(rate(${requests}_count{${shown}}[$__range]))`,
      }),
      statPanel({
        title: 'Without 5xx',
        description:
          'Share of requests that were not answered with 5xx. From http.server.request.duration. When red: Server errors, below, names the route; its traces say why.',
        unit: 'percentunit',
        decimals: 2,
        thresholds: greenFrom(0.99, 0.999),
        expr: `1 - ${share(`sum(increase(${requests}_count{${shown}, ${broken}}[$__range])) or 0 * sum(increase(${requests}_count{${shown}}[$__range]))`, `sum(increase(${requests}_count{${shown}}[$__range]))`)}`,
      }),
      statPanel({
        title: 'Busiest loop',
        description: `Share of its time that the event loop of the busiest process computed, now. From nodejs.eventloop.utilization. ${busy}`,
        unit: 'percentunit',
        decimals: 0,
        thresholds: redFrom(0.6, 0.85),
        expr: `max(nodejs_eventloop_utilization_ratio{${shown}})`,
      }),
      statPanel({
        title: 'Processes',
        size: { width: 6, height: 6 },
        description:
          'That have reported in the last five minutes, by service. From nodejs.eventloop.utilization. One missing: docker compose ps.',
        unit: 'short',
        decimals: 0,
        expr: `count by (service_name) (nodejs_eventloop_utilization_ratio{${shown}})`,
        legend: '{{service_name}}',
      }),
      statPanel({
        title: 'Loop delay',
        description:
          'p99 of how late the event loop of the worst process comes to what is due. From nodejs.eventloop.delay.p99. When red: something computes for long in one go, and every stream of that process stutters.',
        unit: 's',
        decimals: 1,
        thresholds: redFrom(0.1, 0.25),
        expr: `max(nodejs_eventloop_delay_p99_seconds{${shown}})`,
      }),
      statPanel({
        title: 'DB waits',
        description:
          'Queries that have no connection to the database yet. From db.client.connection.pending_requests. When not 0 for long: slow queries, or a pool that is too small.',
        unit: 'short',
        decimals: 0,
        thresholds: redFrom(1, 10),
        expr: `sum(db_client_connection_pending_requests{${selector.environment}})`,
      }),
      statPanel({
        title: 'Largest heap',
        description:
          'Memory of JavaScript objects in use, of the process that has most. From v8js.memory.heap.used. A floor that rises for hours (Heap, below) is a leak.',
        unit: 'bytes',
        decimals: 0,
        expr: `max(sum by (service_name, instance) (v8js_memory_heap_used_bytes{${shown}}))`,
      }),

      row('Requests'),
      trendPanel({
        title: 'Requests a second, by route',
        size: { width: 12, height: 10 },
        description: 'Of the five busiest. From http.server.request.duration. Probes are not counted.',
        unit: 'reqps',
        stacked: true,
        expr: busiestRoutes(rate(`${requests}_count`, shown, perRoute)),
        legend: '{{service_name}} {{http_route}}',
      }),
      trendPanel({
        title: 'Requests, p95 by route',
        size: { width: 12, height: 10 },
        description:
          'Of the five busiest. From http.server.request.duration. /api/chat is as slow as its answers; all others should answer in milliseconds.',
        unit: 's',
        traces: slowRequests,
        expr: busiestRoutes(quantile(0.95, requests, shown, perRoute)),
        legend: '{{service_name}} {{http_route}}',
      }),
      trendPanel({
        title: 'Server errors, by route',
        description:
          'Share of requests that were answered with 5xx. From http.server.request.duration. When not 0: the traces of that route.',
        unit: 'percentunit',
        noValue: 'none found',
        expr: ofLargest(
          5,
          share(
            `${rate(`${requests}_count`, `${shown}, ${broken}`, perRoute)} or 0 * ${rate(`${requests}_count`, shown, perRoute)}`,
            rate(`${requests}_count`, shown, perRoute),
          ),
          `${requests}_count`,
          `${shown}, ${broken}`,
          perRoute,
        ),
        legend: '{{service_name}} {{http_route}}',
      }),
      trendPanel({
        title: 'Requests, by service',
        description:
          "p95. A chat request lasts as long as its answer. From Tempo's span metrics, whose dots each open a trace. When one service is slow and the next is not: the network, or that service itself.",
        unit: 's',
        traces: slowRequests,
        expr: quantile(0.95, spanMetric.latency, server, ['service']),
        legend: '{{service}}',
        exemplars: true,
      }),
      trendPanel({
        title: 'Provider, by answer',
        description:
          'HTTP requests that the API sends, retries included, by status. From http.client.request.duration. 429: its limit; 5xx: its trouble; an error without status: the network.',
        unit: 'reqps',
        stacked: true,
        series: [{ expr: answersOfProvider, legend: '{{answer}}' }],
      }),

      row('Who calls whom'),
      serviceGraphPanel({
        title: 'Service graph',
        description:
          "Services, the database and the LLM provider, with rate and duration of their calls; red is the failed share. From Tempo's service graph. A click on a node leads to its traces.",
      }),
      trendPanel({
        title: 'Calls between services, a second',
        size: size.half,
        description:
          "From Tempo's service graph, to which the provider's name on our client spans makes the provider a node. An edge that is missing: its spans do not arrive.",
        unit: 'reqps',
        expr: rate('traces_service_graph_request_total', '', ['client', 'server']),
        legend: '{{client}} → {{server}}',
      }),
      trendPanel({
        title: 'Calls between services, p95',
        size: size.half,
        description:
          "As the caller sees it. From Tempo's service graph. A caller that waits longer than the callee takes: the network, or a queue between them.",
        unit: 's',
        traces: slowRequests,
        expr: quantile(0.95, 'traces_service_graph_request_client_seconds', '', ['client', 'server']),
        legend: '{{client}} → {{server}}',
      }),

      row('Saturation'),
      trendPanel({
        title: 'Event loop utilization',
        description: `Share of its time that the busiest process of each service computes. From nodejs.eventloop.utilization. ${busy}`,
        unit: 'percentunit',
        expr: `max by (service_name) (nodejs_eventloop_utilization_ratio{${shown}})`,
        legend: '{{service_name}}',
      }),
      trendPanel({
        title: 'Event loop delay, p99',
        description:
          'How late the worst process of each service comes to what is due. From nodejs.eventloop.delay.p99. Peaks beside those of garbage collection: memory; others: long computations.',
        unit: 's',
        traces: slowRequests,
        expr: `max by (service_name) (nodejs_eventloop_delay_p99_seconds{${shown}})`,
        legend: '{{service_name}}',
      }),
      trendPanel({
        title: 'Heap',
        description:
          'Memory of JavaScript objects in use, of the largest process of each service. From v8js.memory.heap.used. A floor that rises for hours is a leak.',
        unit: 'bytes',
        expr: `max by (service_name) (sum by (service_name, instance) (v8js_memory_heap_used_bytes{${shown}}))`,
        legend: '{{service_name}}',
      }),
      trendPanel({
        title: 'Garbage collection',
        description:
          'Share of time that it takes. From v8js.gc.duration. Above 0.1: the heap is nearly full, or too much is thrown away.',
        unit: 'percentunit',
        series: [{ expr: rate('v8js_gc_duration_seconds_sum', shown, perService), legend: '{{service_name}}' }],
      }),
      trendPanel({
        title: 'Database connections',
        description:
          'Of the pool, by state, and how many there may be. From db.client.connection.count and .max. used at max for long: queries wait.',
        unit: 'short',
        series: [
          {
            expr: `sum by (db_client_connection_state) (db_client_connection_count{${selector.environment}})`,
            legend: '{{db_client_connection_state}}',
          },
          { expr: `sum(db_client_connection_max{${selector.environment}})`, legend: 'max' },
          { expr: `sum(db_client_connection_pending_requests{${selector.environment}})`, legend: 'waiting' },
        ],
      }),
      trendPanel({
        title: 'Database queries',
        description:
          'A second, by what they do: the six that are most. From db.client.operation.duration. It follows turns: a handful for each.',
        unit: 'ops',
        stacked: true,
        expr: ofLargest(6, rate(queries, selector.environment, statements), queries, selector.environment, statements),
        legend: '{{db_operation_name}}',
      }),
    ],
  })
