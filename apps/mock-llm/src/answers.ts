import { readFileSync } from 'node:fs'
import { whatFailed, whichAlerts, whySlow } from './about-telemetry.ts'
import type { ToolUse } from './tool-use.ts'

export interface Answer {
  /** Sent by the user in any case and punctuation, one of these gets this answer. */
  readonly prompts: readonly string[]
  readonly content: string
  readonly reasoning: string
  /** Milliseconds to the first chunk. */
  readonly ttft: number
  /** Tokens per second after it. */
  readonly tps: number
  /** Tokens of a long system prompt that the answer pretends was sent before it, and cached. */
  readonly context: number
  /** Called first, if the request offers it; `content` is for requests that do not. */
  readonly tool?: ToolUse
}

const text = (file: string) => readFileSync(new URL(`fixtures/${file}.md`, import.meta.url), 'utf8').trimEnd()

function answer(file: string, ttft: number, tps: number, prompts: string[], more: Partial<Answer> = {}): Answer {
  return { prompts, content: text(file), reasoning: '', ttft, tps, context: 0, ...more }
}

export const answers: readonly Answer[] = [
  answer('trace', 320, 70, ['Explain what a trace is, in three sentences.', 'What is a trace?']),
  // What `npm run demo` suggests.
  answer('trace-and-log', 340, 75, ['What does a trace show that a log does not?']),
  answer('sse-typescript', 540, 95, ['Show me a TypeScript function that streams server-sent events.']),
  answer('loki-tempo-mimir', 410, 80, ['Compare Loki, Tempo and Mimir in a table.']),
  answer('ttft', 690, 60, ['Why is time to first token different from total latency?'], {
    reasoning: text('ttft.reasoning'),
  }),
  answer('sampling-guide', 880, 110, ['Write a long guide to OpenTelemetry sampling.']),
  answer('word-count', 470, 120, ['Count the words of a file in Python and in Go.']),
  answer('health-signs', 380, 65, ['List five signs that an LLM feature is unhealthy.']),
  answer('printing-press', 620, 45, ['Why did the printing press spread so quickly?']),
  answer('on-call-handbook', 260, 75, ['Summarise the on-call handbook.', 'Summarize the on-call handbook.'], {
    context: 6400,
  }),
  answer('otlp', 350, 85, ['What is OTLP?']),
  answer('lower-cost', 560, 90, ['How can I lower the cost of LLM calls?', 'How do I lower LLM cost?']),
  answer('p95', 290, 55, ['What does p95 mean?', 'What is p95?']),
  answer('haiku', 430, 30, ['Write a haiku about latency.']),
  answer('percent', 310, 60, ['What is 17% of 2,340?'], {
    tool: {
      name: 'calculator',
      input: '{"expression":"17% * 2340"}',
      answer: (output) => `17% of 2,340 is **${output}**.`,
    },
  }),
  answer('tokyo', 340, 60, ['What time is it in Tokyo?', 'What time is it in Tokyo now?'], {
    tool: { name: 'current_time', input: '{"timeZone":"Asia/Tokyo"}', answer: timeInTokyo },
  }),
  answer('mcp', 330, 60, ['Use a tool of an MCP server.'], {
    tool: {
      name: /__/,
      input: '{}',
      answer: (output) => `The first tool of an MCP server says:\n\n> ${output.slice(0, 300)}`,
    },
  }),
  answer('ask', 320, 70, ['Why was the last hour slow?'], { tool: whySlow }),
  answer('ask', 320, 70, ['What failed in the last hour?'], { tool: whatFailed }),
  answer('ask', 320, 70, ['Which alerts are firing?'], { tool: whichAlerts }),
  answer('rename', 300, 60, ['Rename this conversation to “Latency notes”.'], {
    tool: { name: 'rename_conversation', input: '{"title":"Latency notes"}', answer: (output) => renamed(output) },
  }),
  answer('rename', 300, 60, ['Nenne diese Unterhaltung „Notizen zur Latenz“.'], {
    tool: { name: 'rename_conversation', input: '{"title":"Notizen zur Latenz"}', answer: (output) => renamed(output) },
  }),
  answer('quadratic', 360, 70, ['How is a quadratic equation solved?']),
  answer('capital', 200, 60, ['What is the capital of Japan? Answer with its name alone.']),
  answer('capital-json', 220, 60, [
    'Give me the capital of Japan as JSON with the keys country and capital, and nothing else.',
  ]),
  answer('hello', 150, 50, ['Hello', 'Hi', 'Hey', 'Hello there']),

  // What the German page suggests.
  answer('trace.de', 320, 70, ['Erklär mir in drei Sätzen, was ein Trace ist.', 'Was ist ein Trace?']),
  answer('sse-typescript.de', 540, 95, ['Zeig mir eine TypeScript-Funktion, die Server-Sent Events streamt.']),
  answer('loki-tempo-mimir.de', 410, 80, ['Vergleiche Loki, Tempo und Mimir in einer Tabelle.']),
  answer('percent.de', 310, 60, ['Wie viel sind 17 % von 2340?'], {
    tool: {
      name: 'calculator',
      input: '{"expression":"17% * 2340"}',
      answer: (output) => `17 % von 2340 sind **${output.replace('.', ',')}**.`,
    },
  }),
  answer('hello.de', 150, 50, ['Hallo', 'Hallo zusammen', 'Moin', 'Servus']),
]

function timeInTokyo(output: string): string {
  const [, date, time] = /(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(output) ?? []
  return time ? `In Tokyo it is **${time}** on ${date}.` : `I could not find out: ${output}`
}

function renamed(output: string): string {
  const [, title] = /is now called "(.+)"/.exec(output) ?? []
  return title ? `Done: this conversation is called **${title}** now.` : `I have left the name as it was. ${output}`
}

/** The answer to everything else: it says what this model is. */
export const fallback = answer('fallback', 240, 100, [])

/** What `mock-reasoning` thinks before an answer that brings no reasoning of its own. */
export const anyReasoning = text('any.reasoning')

const normalise = (prompt: string) =>
  prompt
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const byPrompt = new Map(answers.flatMap((one) => one.prompts.map((prompt) => [normalise(prompt), one] as const)))

/** The answer for a prompt, whatever its case, spacing and punctuation; the fallback if there is none. */
export function answerTo(prompt: string): Answer {
  return byPrompt.get(normalise(prompt)) ?? fallback
}
