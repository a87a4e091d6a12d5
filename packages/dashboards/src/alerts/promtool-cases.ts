export interface Firing {
  /** Beside the rule's own. */
  readonly labels: Readonly<Record<string, string>>
  /** As somebody reads it. */
  readonly description: string
}

export interface Case {
  readonly alert: string
  /** Completes "fires:" or "is quiet:". */
  readonly when: string
  /** A sample a minute, in promtool's notation. It begins at midnight UTC. */
  readonly series: Readonly<Record<string, string>>
  readonly at: string
  /** None: it stays quiet. */
  readonly fires: readonly Firing[]
}

const production = { deployment_environment_name: 'production' }
const environment = 'deployment_environment_name="production"'
const standard = `${environment},gen_ai_request_model="standard"`
const ofModel = { ...production, gen_ai_request_model: 'standard' }
const ofProvider = { ...ofModel, gen_ai_provider_name: 'openai' }
const withProvider = `${standard},gen_ai_provider_name="openai"`

const turns = (outcome: string, type = '') =>
  `chat_turns_total{${standard},chat_outcome="${outcome}"${type && `,error_type="${type}"`}}`
const ttft = (suffix: string) => `gen_ai_client_inference_time_to_first_chunk_seconds_${suffix}`
const retries = (type: string) => `chat_inference_retries_total{${withProvider},error_type="${type}"}`
const budget = (limit: string, spent: string, spentAsSeenByAnother = spent) => ({
  [`chat_budget_limit{${environment},instance="a"}`]: limit,
  [`chat_budget_spent{${environment},instance="a"}`]: spent,
  // A second process reports the same budget, which must not count twice.
  [`chat_budget_limit{${environment},instance="b"}`]: limit,
  [`chat_budget_spent{${environment},instance="b"}`]: spentAsSeenByAnother,
})

/** Each window's alert, at a share that is too much for all of them. */
const allWindows = (share: string, of: string, bad: string, allowed: string): Firing[] =>
  [
    ['1h', '14.4', '2 days'],
    ['6h', '6', '5 days'],
    ['1d', '3', '10 days'],
    ['3d', '1', '30 days'],
  ].map(([window = '', factor, lasts]) => ({
    labels: { ...production, window },
    description: `${share} of ${of} in the last ${window} ${bad}. That is more than ${factor} times the ${allowed} that a month allows: at this pace its error budget lasts less than ${lasts}.`,
  }))

const slo: Case[] = [
  {
    alert: 'TurnsFailing',
    when: 'a turn in ten fails and another in ten is cut off',
    series: { [turns('finished')]: '0+8x90', [turns('failed', '500')]: '0+1x90', [turns('truncated')]: '0+1x90' },
    at: '75m',
    fires: allWindows('20%', 'turns', 'failed or were cut off', '1%'),
  },
  {
    alert: 'TurnsFailing',
    when: 'one turn in 250 fails',
    series: { [turns('finished')]: '0+249x90', [turns('failed', '500')]: '0+1x90' },
    at: '75m',
    fires: [],
  },
  {
    alert: 'TurnsFailing',
    when: 'users stop half of the answers, and readers of others go away',
    series: { [turns('finished')]: '0+2x90', [turns('stopped')]: '0+3x90', [turns('disconnected')]: '0+1x90' },
    at: '75m',
    fires: [],
  },
  {
    alert: 'TurnsFailing',
    when: 'so few turns that one bad one is a large share',
    series: { [turns('finished')]: '0 14x90', [turns('failed', '500')]: '0x70 3x20' },
    at: '75m',
    fires: [],
  },
  {
    alert: 'TurnsFailing',
    when: 'everything failed for ten minutes and has been well for ten: the fastest alert has ended',
    series: { [turns('finished')]: '0x10 10+10x20', [turns('failed', '500')]: '0+10x10 100x20' },
    at: '20m',
    fires: allWindows('50%', 'turns', 'failed or were cut off', '1%').slice(1),
  },
  {
    alert: 'FirstTokenSlow',
    when: 'four answers in five take longer than two seconds to begin',
    series: {
      [`${ttft('bucket')}{${standard},le="2"}`]: '0+2x90',
      [`${ttft('bucket')}{${standard},le="+Inf"}`]: '0+10x90',
      [`${ttft('count')}{${standard}}`]: '0+10x90',
    },
    at: '75m',
    fires: allWindows('80%', 'answers', 'began after more than 2 s', '5%'),
  },
  {
    alert: 'FirstTokenSlow',
    when: 'one answer in fifty takes longer than two seconds to begin',
    series: {
      [`${ttft('bucket')}{${standard},le="2"}`]: '0+49x90',
      [`${ttft('count')}{${standard}}`]: '0+50x90',
    },
    at: '75m',
    fires: [],
  },
]

const spentMeans = 'The rest is too little for another turn, or reserved by turns that run.'
const money: Case[] = [
  {
    alert: 'BudgetForecastExceeded',
    when: 'half a dollar a minute, of a hundred a day, at two in the morning',
    series: budget('100x130', '0+0.5x130'),
    at: '2h',
    fires: [
      {
        labels: production,
        description: "At the pace of the last hour, 720% of today's budget will be spent by midnight UTC.",
      },
    ],
  },
  {
    alert: 'BudgetForecastExceeded',
    when: 'two cents a minute, of a hundred dollars a day',
    series: budget('100x1300', '0+0.02x1300'),
    at: '20h',
    fires: [],
  },
  {
    alert: 'BudgetForecastExceeded',
    when: 'spending falls back to nothing at midnight',
    series: budget('100x1500', '0+0.06x1439 0+0.06x60'),
    at: '24h30m',
    fires: [],
  },
  {
    alert: 'BudgetNearlySpent',
    when: '95 of 100 dollars are spent, of which one process knows 85 yet',
    series: budget('100x10', '95x10', '85x10'),
    at: '5m',
    fires: [
      {
        labels: production,
        description: `95% of today's budget is spent. Once it is, turns are refused until midnight UTC.`,
      },
    ],
  },
  { alert: 'BudgetNearlySpent', when: '85 of 100 are', series: budget('100x10', '85x10'), at: '5m', fires: [] },
  {
    alert: 'BudgetSpent',
    when: 'all of it is spent',
    series: budget('100x10', '100x10'),
    at: '5m',
    fires: [{ labels: production, description: `100% of today's budget is spent. ${spentMeans}` }],
  },
  {
    alert: 'BudgetSpent',
    when: 'what is left is too little for a turn, and turns are refused',
    series: {
      ...budget('100x10', '97x10'),
      [`chat_rejections_total{${environment},chat_rejection_reason="budget"}`]: '0 0 0+1x8',
    },
    at: '5m',
    fires: [{ labels: production, description: `97% of today's budget is spent. ${spentMeans}` }],
  },
  {
    alert: 'BudgetSpent',
    when: 'turns are refused, but for the rate of one visitor',
    series: {
      ...budget('100x10', '97x10'),
      [`chat_rejections_total{${environment},chat_rejection_reason="budget"}`]: '0x10',
      [`chat_rejections_total{${environment},chat_rejection_reason="rate"}`]: '0+5x10',
    },
    at: '5m',
    fires: [],
  },
]

const chat: Case[] = [
  {
    alert: 'ProviderRateLimited',
    when: 'each second turn is refused three times and fails',
    series: { [turns('finished')]: '0+10x20', [turns('failed', '429')]: '0+10x20', [retries('429')]: '0+20x20' },
    at: '10m',
    fires: [
      {
        labels: ofModel,
        description: 'standard: 1.50 refusals a turn in the last 5 minutes. Answers wait for the retry, or fail.',
      },
    ],
  },
  {
    alert: 'ProviderRateLimited',
    when: 'one attempt in a hundred is refused, and other errors are retried often',
    series: {
      [turns('finished')]: '0+500x20',
      [turns('failed', '429')]: '0x20',
      [retries('429')]: '0+5x20',
      [retries('500')]: '0+500x20',
    },
    at: '10m',
    fires: [],
  },
  {
    alert: 'ProviderRateLimited',
    when: 'a handful of refusals among a handful of turns',
    series: { [turns('finished')]: '0+1x20', [turns('failed', '429')]: '0x20', [retries('429')]: '0+1x20' },
    at: '10m',
    fires: [],
  },
  {
    alert: 'ProviderOutOfCredit',
    when: 'three turns fail because the account is empty',
    series: {
      [turns('finished')]: '0+1x20',
      [turns('failed', 'insufficient_quota')]: '0x10 1 2 3x10',
    },
    at: '15m',
    fires: [
      {
        labels: ofModel,
        description:
          'standard: about 3 turns in the last 10 minutes failed for it. Until somebody pays, every one will.',
      },
    ],
  },
  {
    alert: 'ProviderOutOfCredit',
    when: 'turns fail for other reasons, and the account was empty an hour ago',
    series: {
      [turns('finished')]: '0+1x80',
      [turns('failed', '429')]: '0+5x80',
      [turns('failed', 'insufficient_quota')]: '0 5x80',
    },
    at: '70m',
    fires: [],
  },
  {
    alert: 'AnswersTruncated',
    when: 'one answer in ten is cut off',
    series: { [turns('finished')]: '0+9x40', [turns('truncated', 'length')]: '0+1x40' },
    at: '35m',
    fires: [{ labels: ofModel, description: 'standard: 10% of the turns in the last 30 minutes were cut off.' }],
  },
  {
    alert: 'AnswersTruncated',
    when: 'one in fifty is, and many fail outright',
    series: { [turns('finished')]: '0+29x40', [turns('failed', '500')]: '0+20x40', [turns('truncated')]: '0+1x40' },
    at: '35m',
    fires: [],
  },
  {
    alert: 'AnswersTruncated',
    when: 'one answer of five is, and nobody asked for more',
    series: { [turns('finished')]: '0 4x40', [turns('truncated', 'length')]: '0 1x40' },
    at: '20m',
    fires: [],
  },
  {
    alert: 'ModelUnpriced',
    when: 'a model without a price is asked',
    series: { [`chat_inference_unpriced_total{${withProvider}}`]: '0+1x70' },
    at: '65m',
    fires: [
      { labels: ofProvider, description: 'standard: about 60 calls in the last hour are in no cost and in no budget.' },
    ],
  },
  {
    alert: 'ModelUnpriced',
    when: 'the last such call was two hours ago',
    series: { [`chat_inference_unpriced_total{${withProvider}}`]: '0 7x130' },
    at: '125m',
    fires: [],
  },
  {
    alert: 'UsageUnknown',
    when: 'every second call ends without token counts',
    series: {
      [`chat_inference_unmetered_total{${withProvider}}`]: '0+1x70',
      [`gen_ai_client_inference_duration_seconds_count{${withProvider}}`]: '0+2x70',
    },
    at: '65m',
    fires: [
      {
        labels: ofProvider,
        description:
          'standard: the provider reported no usage for 50% of the calls in the last hour. They are in no cost and in no budget.',
      },
    ],
  },
  {
    alert: 'UsageUnknown',
    when: 'one in ten does, as when users stop answers',
    series: {
      [`chat_inference_unmetered_total{${withProvider}}`]: '0+1x70',
      [`gen_ai_client_inference_duration_seconds_count{${withProvider}}`]: '0+10x70',
    },
    at: '65m',
    fires: [],
  },
  {
    alert: 'McpServerDown',
    when: 'one process has lost it, another has not',
    series: {
      [`chat_mcp_server_up{${environment},chat_mcp_server="files",instance="a"}`]: '1x5 0x10',
      [`chat_mcp_server_up{${environment},chat_mcp_server="files",instance="b"}`]: '1x15',
    },
    at: '10m',
    fires: [
      {
        labels: { ...production, chat_mcp_server: 'files' },
        description: 'files has not answered for 2 minutes. The chat goes on without its tools.',
      },
    ],
  },
  {
    alert: 'McpServerDown',
    when: 'it was away for a minute',
    series: { [`chat_mcp_server_up{${environment},chat_mcp_server="files"}`]: '1x5 0 1x10' },
    at: '7m',
    fires: [],
  },
  {
    alert: 'ApiNotReady',
    when: '/ready does not answer with 200',
    series: { 'probe_success{job="integrations/blackbox/chat-api",service_name="chat-api"}': '1x5 0x10' },
    at: '8m',
    fires: [
      {
        labels: { job: 'integrations/blackbox/chat-api', service_name: 'chat-api' },
        description: 'For a minute, /ready of chat-api has not answered with 200: probe_success is 0. Nobody can chat.',
      },
    ],
  },
  {
    alert: 'ApiNotReady',
    when: 'one probe failed, as while it restarts',
    series: { 'probe_success{job="integrations/blackbox/chat-api",service_name="chat-api"}': '1x5 0 1x10' },
    at: '7m',
    fires: [],
  },
]

const chatApi = 'chat_turns_total{service_name="chat-api",chat_outcome="finished"}'
const queue = (metric: string) =>
  `otelcol_exporter_queue_${metric}{component_path="/modules.deliver.loki",data_type="logs",instance="alloy"}`
const refusedSpans = 'otelcol_receiver_refused_spans_total{instance="alloy",receiver="otlp",transport="http"}'
const failedLogs =
  'otelcol_exporter_send_failed_log_records_total{instance="alloy",component_path="/modules.deliver.loki"}'
const discardedLines = 'loki_discarded_samples_total{job="loki",instance="loki",reason="greater_than_max_sample_age"}'

const pipeline: Case[] = [
  {
    alert: 'TelemetryMissing',
    when: 'nothing comes from the API any more',
    series: { [chatApi]: '0+1x5 _x15', 'up{job="alloy",instance="alloy"}': '1x20' },
    at: '9m',
    fires: [{ labels: { service_name: 'chat-api' }, description: 'For 3 minutes nothing has come from chat-api.' }],
  },
  {
    alert: 'TelemetryMissing',
    when: 'nothing comes through Alloy any more',
    series: { [chatApi]: '0+1x5 _x15', 'up{job="alloy",instance="alloy"}': '1x5 _x15' },
    at: '9m',
    fires: [
      { labels: { service_name: 'chat-api' }, description: 'For 3 minutes nothing has come from chat-api.' },
      { labels: { job: 'alloy' }, description: 'For 3 minutes nothing has come from alloy.' },
    ],
  },
  {
    alert: 'TelemetryMissing',
    when: 'nobody chats, but the counters arrive; one was missing for a minute',
    series: { [chatApi]: '7x5 _ 7x15', 'up{job="alloy",instance="alloy"}': '1x20' },
    at: '9m',
    fires: [],
  },
  {
    alert: 'TelemetryMissing',
    when: 'the stack has just begun',
    series: { [chatApi]: '_ 0x5', 'up{job="alloy",instance="alloy"}': '_ 1x5' },
    at: '0m',
    fires: [],
  },
  {
    alert: 'StoreDown',
    when: 'Loki does not answer',
    series: { 'up{job="loki",instance="loki"}': '1x2 0x8', 'up{job="tempo",instance="tempo"}': '1x10' },
    at: '5m',
    fires: [
      {
        labels: { job: 'loki', instance: 'loki' },
        description:
          'loki has not answered for a minute (up is 0). Alloy keeps what is meant for it, for about an hour.',
      },
    ],
  },
  {
    alert: 'StoreDown',
    when: 'Grafana is off, which keeps nothing, and Loki was restarted',
    series: { 'up{job="grafana",instance="grafana"}': '0x10', 'up{job="loki",instance="loki"}': '1x4 0 1x5' },
    at: '6m',
    fires: [],
  },
  {
    alert: 'TelemetryQueueFilling',
    when: 'a third of the queue is full, and more comes',
    series: { [queue('size')]: '0+22222222x30', [queue('capacity')]: '800000000x30' },
    at: '12m',
    fires: [
      {
        labels: { component_path: '/modules.deliver.loki', data_type: 'logs' },
        description: 'logs for /modules.deliver.loki: the queue is 33.33% full. What comes when it is full is lost.',
      },
    ],
  },
  {
    alert: 'TelemetryQueueFilling',
    when: 'a store was away for a minute, and the queue has emptied',
    series: { [queue('size')]: '0 200000000 0x30', [queue('capacity')]: '800000000x30' },
    at: '4m',
    fires: [],
  },
  {
    alert: 'TelemetryRefused',
    when: 'Alloy has run out of memory for a moment',
    series: { [refusedSpans]: '0x5 40x10' },
    at: '12m',
    fires: [
      {
        labels: { instance: 'alloy', what: 'spans, receiver refused' },
        description:
          'Alloy, spans, receiver refused: about 40 in the last 10 minutes. Their senders try again for a few seconds, then drop them.',
      },
    ],
  },
  { alert: 'TelemetryRefused', when: 'that was long ago', series: { [refusedSpans]: '40x30' }, at: '20m', fires: [] },
  {
    alert: 'TelemetryDropped',
    when: 'Loki refuses lines for good, which begins the counter',
    series: { [failedLogs]: '_x5 12x10' },
    at: '7m',
    fires: [
      {
        labels: { instance: 'alloy', what: 'log records, exporter send failed' },
        description:
          'Alloy, log records, exporter send failed: about 12 in the last 10 minutes. A store refused them for good, or the queue was full.',
      },
    ],
  },
  { alert: 'TelemetryDropped', when: 'that was long ago', series: { [failedLogs]: '12x30' }, at: '20m', fires: [] },
  {
    alert: 'StoreDiscards',
    when: 'Loki discards lines that are too old',
    series: { [discardedLines]: '_x5 3x10' },
    at: '7m',
    fires: [
      {
        labels: { job: 'loki', reason: 'greater_than_max_sample_age' },
        description:
          'loki discarded about 3 samples, lines or spans in the last 10 minutes: greater_than_max_sample_age.',
      },
    ],
  },
  { alert: 'StoreDiscards', when: 'that was long ago', series: { [discardedLines]: '3x30' }, at: '20m', fires: [] },
]

export const cases: readonly Case[] = [...slo, ...money, ...chat, ...pipeline]
