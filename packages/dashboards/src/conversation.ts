import { attribute, event, service, spanName } from '@repo/telemetry/catalogue'
import { board } from './frame.ts'
import { linesPanel, logsPanel, row, size, started, statPanel, tracesPanel } from './panels.ts'
import { label, timed } from './series.ts'
import { turnFields } from './turn-fields.ts'

const lines = `{service_name="${service.api}"} | ${label(attribute.conversationId)}="$conversation" | ${label(attribute.conversationId)}!=""`
const turns = `${lines} | ${label(attribute.eventName)}="${event.turn}"`
const timedTurns = timed(turns)
const ratings = `${lines} | ${label(attribute.eventName)}="${event.evaluation}"`
const cost = label(attribute.cost)
const total = (lines: string, field: string) =>
  `sum(sum_over_time(${lines} | ${field}!="" | unwrap ${field} [$__range]))`
const model = { name: label(attribute.requestModel), title: 'Model', width: 130 }

/** Metrics carry no conversation: all of it comes from the lines and spans of its turns. */
export const conversation = () =>
  board({
    uid: 'conversation',
    title: 'Conversation',
    description:
      'One conversation: its turns, what they cost, how long they took, how they were rated, and their traces. Comes from a link: Most expensive conversations, or the details of an answer in the chat.',
    variables: ['conversation'],
    panels: [
      statPanel({
        title: 'Turns',
        description: `Questions that were answered, or failed to be, in the shown time. From the line that the API writes for each (${event.turn}). None: is the time range that of the conversation?`,
        unit: 'short',
        decimals: 0,
        noValue: 'none found',
        store: 'loki',
        expr: `sum(count_over_time(${turns} [$__range]))`,
      }),
      statPanel({
        title: 'Cost',
        description: `US dollars, of the turns whose price is known. From ${attribute.cost} on their lines.`,
        unit: 'currencyUSD',
        decimals: 4,
        noValue: 'none known',
        store: 'loki',
        expr: total(turns, cost),
      }),
      statPanel({
        title: 'Answer time',
        description: 'Of all turns together, from accepted question to recorded outcome. From the text of their lines.',
        unit: 's',
        decimals: 1,
        noValue: 'none found',
        store: 'loki',
        expr: `${total(timedTurns, 'duration_ms')} / 1000`,
      }),
      statPanel({
        title: 'Failed or cut',
        description: `Turns that failed or whose answer was cut off. From ${attribute.outcome} on their lines. When not 0: the table says which error, and leads to the trace.`,
        unit: 'short',
        decimals: 0,
        thresholds: [
          { from: null, color: 'green' },
          { from: 1, color: 'red' },
        ],
        noValue: 'none found',
        store: 'loki',
        expr: `sum(count_over_time(${turns} | ${label(attribute.outcome)}=~"failed|truncated" [$__range])) or 0 * sum(count_over_time(${turns} [$__range]))`,
      }),
      linesPanel({
        title: 'Turns, one by one',
        description: `The newest first. From the line that the API writes for each turn (${event.turn}). A click on an outcome opens its trace. Input and output are tokens. Unknown tokens or cost: the provider told none, or nobody knows the price.`,
        expr: timedTurns,
        noValue: 'no turn found',
        fields: turnFields,
      }),
      linesPanel({
        title: 'Ratings',
        size: size.half,
        description: `What the visitor thought of an answer, changed ratings too. From ${event.evaluation}, which belongs to the trace of the rated turn: a click opens it. What people write beside it stays in the database.`,
        expr: ratings,
        noValue: 'no rating found',
        fields: [{ name: label(attribute.evaluationScoreLabel), title: 'Rating', width: 70 }, model, started('Time')],
      }),
      tracesPanel({
        title: 'Model and tool calls',
        size: size.half,
        description:
          'Spans of the conversation, the longest of those found first: calls of models and of tools. A click on a name opens the trace at that span.',
        query: `{ resource.service.name = "${service.api}" && span.${attribute.conversationId} = "$conversation" && name != "${spanName.turn}" } | select(name, span.${attribute.errorType}, span.${attribute.incompleteReason}, span.${attribute.cost})`,
        noValue: 'no span found',
        fields: [
          { name: 'Name', title: 'Call', width: 160 },
          { name: 'Duration', title: 'Duration', width: 90, unit: 'ns', decimals: 2 },
          { name: attribute.errorType, title: 'Error', width: 100 },
        ],
        sort: 'Duration',
      }),
      row('Everything that was written'),
      logsPanel({
        title: 'Lines',
        description:
          'All lines of the API that belong to the conversation: tools, retries, errors. Each leads to its trace. Prompts and answers are in none of them.',
        expr: lines,
      }),
    ],
  })
