import type { MetricKind } from '@repo/telemetry/catalogue'

/** A metric that somebody else makes, by the name that it has in Mimir (of a histogram, without its suffixes). */
export interface ExternalSeries {
  readonly kind: MetricKind
  readonly labels: readonly string[]
}

const counter = (...labels: string[]): ExternalSeries => ({ kind: 'counter', labels })
const gauge = (...labels: string[]): ExternalSeries => ({ kind: 'gauge', labels })
const histogram = (...labels: string[]): ExternalSeries => ({ kind: 'histogram', labels })

/** Resource attributes that Mimir makes labels of every OTLP series: mimir/mimir.yaml, promote_otel_resource_attributes. */
export const promotedLabels = [
  'service_name',
  'service_namespace',
  'service_version',
  'deployment_environment_name',
] as const

/** Of a Node service, over OTLP. */
const promoted = [...promotedLabels]
const http = [
  ...promoted,
  'http_request_method',
  'http_response_status_code',
  'error_type',
  'server_address',
  'server_port',
]
const edge = ['client', 'server', 'connection_type']
const component = ['component_id', 'component_path']
const exporter = [...component, 'exporter', 'data_type']
const receiver = [...component, 'receiver', 'transport']
const container = ['name', 'image', 'container_label_com_docker_compose_service']

/**
 * What boards and rules may ask for that is not of our catalogue. A name that is not here does not pass the query
 * contract, so that this is the list to check when a part of the stack gets a new version.
 */
export const externalSeries: Readonly<Record<string, ExternalSeries>> = {
  // OpenTelemetry's instrumentations of Node services
  http_server_request_duration_seconds: histogram(...http, 'http_route', 'url_scheme'),
  http_client_request_duration_seconds: histogram(...http, 'url_scheme'),
  db_client_operation_duration_seconds: histogram(
    ...promoted,
    'db_operation_name',
    'db_namespace',
    'db_system_name',
    'error_type',
  ),
  db_client_connection_count: gauge(...promoted, 'db_client_connection_state', 'db_client_connection_pool_name'),
  db_client_connection_max: gauge(...promoted, 'db_client_connection_pool_name'),
  db_client_connection_pending_requests: gauge(...promoted, 'db_client_connection_pool_name'),
  nodejs_eventloop_utilization_ratio: gauge(...promoted),
  nodejs_eventloop_delay_p99_seconds: gauge(...promoted),
  v8js_gc_duration_seconds: histogram(...promoted, 'v8js_gc_type'),
  v8js_memory_heap_used_bytes: gauge(...promoted, 'v8js_heap_space_name'),
  v8js_memory_heap_space_size_bytes: gauge(...promoted, 'v8js_heap_space_name'),
  target_info: gauge('service_version', 'deployment_environment_name'),

  // Tempo's metrics generator: tempo/tempo.yaml says which attributes become labels
  traces_spanmetrics_latency: histogram(
    'service',
    'span_name',
    'span_kind',
    'status_code',
    'gen_ai_operation_name',
    'gen_ai_request_model',
    'chat_turn_model',
  ),
  traces_spanmetrics_calls_total: counter(
    'service',
    'span_name',
    'span_kind',
    'status_code',
    'gen_ai_operation_name',
    'gen_ai_request_model',
    'chat_turn_model',
  ),
  traces_service_graph_request_total: counter(...edge),
  traces_service_graph_request_failed_total: counter(...edge),
  traces_service_graph_request_client_seconds: histogram(...edge),
  traces_service_graph_request_server_seconds: histogram(...edge),

  // Prometheus scraping, and rules
  up: gauge(),
  probe_success: gauge('service_name'),
  probe_http_status_code: gauge('service_name'),
  ALERTS: gauge('alertname', 'alertstate', 'severity', 'service_name'),

  // Alloy
  otelcol_receiver_accepted_spans_total: counter(...receiver),
  otelcol_receiver_accepted_metric_points_total: counter(...receiver),
  otelcol_receiver_accepted_log_records_total: counter(...receiver),
  otelcol_receiver_refused_spans_total: counter(...receiver),
  otelcol_receiver_refused_metric_points_total: counter(...receiver),
  otelcol_receiver_refused_log_records_total: counter(...receiver),
  otelcol_receiver_failed_spans_total: counter(...receiver),
  otelcol_receiver_failed_metric_points_total: counter(...receiver),
  otelcol_receiver_failed_log_records_total: counter(...receiver),
  otelcol_exporter_sent_spans_total: counter(...exporter),
  otelcol_exporter_sent_metric_points_total: counter(...exporter),
  otelcol_exporter_sent_log_records_total: counter(...exporter),
  otelcol_exporter_send_failed_spans_total: counter(...exporter),
  otelcol_exporter_send_failed_metric_points_total: counter(...exporter),
  otelcol_exporter_send_failed_log_records_total: counter(...exporter),
  otelcol_exporter_enqueue_failed_spans_total: counter(...exporter),
  otelcol_exporter_enqueue_failed_metric_points_total: counter(...exporter),
  otelcol_exporter_enqueue_failed_log_records_total: counter(...exporter),
  otelcol_exporter_queue_size: gauge(...exporter),
  otelcol_exporter_queue_capacity: gauge(...exporter),
  faro_receiver_events_total: counter(...component),
  faro_receiver_exceptions_total: counter(...component),
  faro_receiver_measurements_total: counter(...component),
  prometheus_remote_storage_samples_total: counter(...component, 'remote_name', 'url'),
  prometheus_remote_storage_samples_failed_total: counter(...component, 'remote_name', 'url'),
  prometheus_remote_storage_samples_pending: gauge(...component, 'remote_name', 'url'),
  prometheus_remote_storage_highest_timestamp_in_seconds: gauge(...component),
  prometheus_remote_storage_queue_highest_sent_timestamp_seconds: gauge(...component, 'remote_name', 'url'),

  // Loki
  loki_distributor_lines_received_total: counter('tenant'),
  loki_distributor_bytes_received_total: counter('tenant'),
  loki_discarded_samples_total: counter('reason', 'tenant'),
  loki_ingester_memory_streams: gauge('tenant'),

  // Tempo
  tempo_distributor_spans_received_total: counter('tenant'),
  tempo_distributor_bytes_received_total: counter('tenant'),
  tempo_discarded_spans_total: counter('reason', 'tenant'),
  tempo_live_store_live_traces: gauge('tenant'),
  tempo_metrics_generator_registry_active_series: gauge('tenant'),
  tempo_metrics_generator_spans_discarded_total: counter('reason', 'tenant'),

  // Mimir
  cortex_distributor_received_samples_total: counter('user'),
  cortex_discarded_samples_total: counter('reason', 'user', 'group'),
  cortex_ingester_memory_series: gauge('user'),
  cortex_build_info: gauge('version'),
  mimir_build_info: gauge('version'),

  // Processes of Alloy and the stores themselves
  process_resident_memory_bytes: gauge(),
  process_cpu_seconds_total: counter(),

  // cAdvisor, with the compose profile "containers"
  container_cpu_usage_seconds_total: counter(...container),
  container_memory_working_set_bytes: gauge(...container),
  container_spec_memory_limit_bytes: gauge(...container),
  container_network_receive_bytes_total: counter(...container, 'interface'),
  container_network_transmit_bytes_total: counter(...container, 'interface'),
  container_fs_reads_bytes_total: counter(...container, 'device'),
  container_fs_writes_bytes_total: counter(...container, 'device'),
  container_blkio_device_usage_total: counter(...container, 'device', 'operation'),
  container_start_time_seconds: gauge(...container),
  container_oom_events_total: counter(...container),
}

/** Labels and structured metadata of every line in Loki, beside the attributes of our catalogue. */
export const logLabels = [
  ...promotedLabels,
  'service_instance_id',
  'trace_id',
  'span_id',
  'severity_text',
  'detected_level',
  'session_id',
] as const

/** Fields of the lines that Faro's receiver in Alloy writes, by their names after `| json`. */
export const faroFields = [
  'kind',
  'type',
  'app_environment',
  'app_version',
  'browser_name',
  'page_url',
  'context_rating',
  'ttfb',
  'fcp',
  'lcp',
  'inp',
  'cls',
  'perceived_ttft_ms',
  'context_gen_ai_request_model',
  'context_chat_outcome',
] as const

/** Attributes of spans that are not of our catalogue. */
export const spanAttributes = [
  'db.operation.name',
  'http.response.status_code',
  'http.route',
  'http.request.method',
] as const

/** Attributes of resources. */
export const resourceAttributes = [
  'service.name',
  'service.namespace',
  'service.version',
  'service.instance.id',
  'deployment.environment.name',
] as const
