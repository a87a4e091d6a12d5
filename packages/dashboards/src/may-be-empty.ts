import type { BoardQuery } from './board-file.ts'

/** A panel that may be empty although all is well. */
interface Exemption {
  readonly board: string
  /** Those of `BoardQuery`; all of the board's, if there is none. */
  readonly places?: readonly string[]
  readonly reason: string
  /** PromQL that asks whether the reason still holds: where it finds something, the panel has to as well. */
  readonly unless?: string
}

/** That a counter grew lately in a process that still reports: what those counted that have gone since, no rate shows. */
const grew = (counter: string) => `sum(increase(${counter}[30m]) and increase(${counter}[1m])) > 0`

/** As few as possible: whatever can say 0 says 0 instead. */
const exemptions: readonly Exemption[] = [
  ...[
    'llm-overview',
    'llm-performance',
    'llm-cost',
    'conversation',
    'services',
    'browser',
    'pipeline',
    'containers',
  ].map((board) => ({
    board,
    places: ['annotation Deployments'],
    reason: 'no service changed its version in the last minutes',
  })),
  ...['llm-overview', 'llm-performance', 'llm-cost'].map((board) => ({
    board,
    places: ['annotation Prompts'],
    reason: 'the system prompt did not change in the last minutes',
  })),
  {
    board: 'llm-overview',
    places: ['Prompt versions compared'],
    reason: 'no answer was rated, or none evaluated, in the last half hour',
    unless: 'sum(increase(chat_feedback_total[30m])) > 0 and on () last_over_time(chat_evaluation_score[30m])',
  },
  {
    board: 'containers',
    places: ['Disk'],
    reason: 'the profile is off, or the kernel does not count what containers write (no blkio or io cgroup)',
    unless: 'rate(container_blkio_device_usage_total[5m])',
  },
  { board: 'conversation', places: ['Ratings'], reason: 'its newest turn was not rated' },
  { board: 'conversation', places: ['Cost'], reason: 'no price of its turns is known' },
  { board: 'containers', reason: 'the compose profile "containers" is off', unless: 'container_start_time_seconds' },
  {
    board: 'browser',
    places: ['Uncaught errors'],
    reason: 'no page had an error',
  },
  {
    board: 'browser',
    reason: 'fewer than ten or so visits with a browser in the last half hour',
    unless: 'sum(increase(faro_receiver_measurements_total[30m])) > 50',
  },
  {
    board: 'llm-performance',
    places: ['Server and visitors'],
    reason: 'fewer than ten or so visits with a browser in the last half hour',
    unless: 'sum(increase(faro_receiver_measurements_total[30m])) > 50',
  },
  {
    board: 'llm-overview',
    places: ['Budget left'],
    reason: 'no DAILY_BUDGET_USD is set',
    unless: 'chat_budget_limit',
  },
  {
    board: 'llm-cost',
    places: ['Left', 'Left at midnight', 'Spent, forecast and limit'],
    reason: 'no DAILY_BUDGET_USD is set',
    unless: 'chat_budget_limit',
  },
  {
    board: 'llm-performance',
    places: ['Tool calls a minute', 'Failed share of tool calls', 'Tool calls, p95'],
    reason: 'no model called a tool in the last minutes',
    unless: 'sum(increase(gen_ai_execute_tool_duration_seconds_count[1m])) > 0',
  },
  {
    board: 'llm-performance',
    places: ['Calls that asked first, by decision'],
    reason: 'no tool asked anybody in the last half hour',
    unless: 'sum(increase(chat_tool_approvals_total[30m])) > 0',
  },
  {
    board: 'llm-overview',
    places: ['Good ratings, by model'],
    reason: 'nobody rated an answer in the last half hour',
    unless: 'sum(increase(chat_feedback_total[30m])) > 0',
  },
  ...[
    ['llm-overview', 'Turns that failed or were cut off'],
    ['llm-overview', 'Latest errors'],
  ].map(([board = '', place = '']) => ({
    board,
    places: [place],
    reason: 'no turn failed or was cut off in the last half hour',
    unless: 'sum(increase(chat_turns_total{chat_outcome=~"failed|truncated"}[30m])) > 0',
  })),
  {
    board: 'llm-performance',
    places: ['Failed calls a minute'],
    reason: 'no call failed in the last half hour, or only the first of its kind, which has nothing to grow from',
    unless: grew('gen_ai_client_inference_duration_seconds_count{error_type!=""}'),
  },
  {
    board: 'llm-performance',
    places: ['Retries and fallbacks'],
    reason: 'no call was made again, or left to another model, in the last half hour',
    unless: `${grew('chat_inference_retries_total')} and ${grew('chat_inference_fallbacks_total')}`,
  },
  {
    board: 'llm-performance',
    places: ['Refused turns a minute'],
    reason: 'no turn was refused in the last half hour',
    unless: grew('chat_rejections_total'),
  },
  {
    board: 'llm-cost',
    places: ['Calls left out of the cost, by model'],
    reason: 'all calls of the last half hour have a price',
    unless: `${grew('chat_inference_unpriced_total')} and ${grew('chat_inference_unmetered_total')}`,
  },
  {
    board: 'services',
    places: ['Server errors, by route'],
    reason: 'no request was answered with 5xx in the last half hour',
    unless: grew('http_server_request_duration_seconds_count{http_response_status_code=~"5..", http_route!=""}'),
  },
  {
    board: 'pipeline',
    places: ['Left out of span metrics'],
    reason: 'every span of the last half hour was counted',
    unless: 'sum(increase(tempo_metrics_generator_spans_discarded_total[30m])) > 0',
  },
  {
    board: 'pipeline',
    places: ['Received by Mimir', 'Discarded by Mimir', 'Series in Mimir'],
    reason: 'a Prometheus stands in for Mimir',
    unless: 'mimir_build_info or cortex_build_info',
  },
]

/** Why a query may find nothing, and how to ask whether that is so; undefined where it may not. */
export function exemptionOf({ board, place }: Pick<BoardQuery, 'board' | 'place'>): Exemption | undefined {
  return exemptions.find((one) => one.board === board && (!one.places || one.places.includes(place)))
}

/** For the test that each still names something. */
export const exempted = exemptions
