import type { ChatCompletionRequest } from '@copilotkit/aimock'
import type { Answer } from './answers.ts'
import type { ToolUse } from './tool-use.ts'
import { textOf } from './usage.ts'

const INTRODUCTION = `Thank you for your question! Before it can be answered, it is worth looking at it from several sides, because it has more
to it than one would think, and an answer without its context is only half of one. So let us take it step by step.

`
const SUMMARY = `

In summary: all of the above has to be seen together. There is of course much more that could be said about it, and about what
lies beside it, and opinions differ. If anything is still unclear, ask again, and it will be explained once more, in greater
detail and with other words.`

/** What the mock understands of a system prompt: enough for one to be better or worse than another, in any case and place. */
const understood = {
  /** An introduction and a summary around every answer. */
  atLength: /\bat length\b/i,
  /** No tool is called, whatever is offered. */
  withoutTools: /\b(?:do not|don't|never) (?:use|call) (?:any )?tools\b/i,
}

/** The answer as the request's system prompt wants it. */
export function instructed(request: ChatCompletionRequest, answer: Answer): Answer {
  const prompt = textOf(request.messages.find(({ role }) => role === 'system'))
  const { tool, ...withoutTool } = answer
  const said = understood.withoutTools.test(prompt) ? withoutTool : answer
  return understood.atLength.test(prompt) ? atLength(said) : said
}

function atLength({ tool, content, ...answer }: Answer): Answer {
  const longer = (text: string) => INTRODUCTION + text + SUMMARY
  const toldAtLength = (use: ToolUse): ToolUse => ({
    ...use,
    ...(use.next && { next: toldAtLength(use.next) }),
    answer: (...outputs) => longer(use.answer(...outputs)),
  })
  return { ...answer, content: longer(content), ...(tool && { tool: toldAtLength(tool) }) }
}

/** As apps/eval asks for a verdict. */
export const isJudging = (request: ChatCompletionRequest) =>
  request.messages.some((message) => message.role === 'system' && /\bPASS or FAIL\b/.test(textOf(message)))

/**
 * The mock's verdict, so that a rubric can be tried without a model: PASS where each **phrase in bold** of the rubric stands in
 * the answer. Two phrases it knows: "plain text" has no blank line, "at most five sentences" has no more than that.
 */
export function verdict(request: ChatCompletionRequest): string {
  const text = textOf(request.messages.at(-1))
  const part = (tag: string) => new RegExp(`<${tag}>\\n(.*)\\n</${tag}>`, 's').exec(text)?.[1] ?? ''
  const answer = part('answer')
  const phrases = [...part('rubric').matchAll(/\*\*(.+?)\*\*/g)].map(([, phrase = '']) => phrase.toLowerCase())
  const missing = phrases.filter((phrase) => !holds(phrase, answer.toLowerCase()))
  return missing.length === 0
    ? 'All that the rubric has in bold is there.\nPASS'
    : `The answer lacks ${missing.map((phrase) => `"${phrase}"`).join(', ')}.\nFAIL`
}

function holds(phrase: string, answer: string): boolean {
  if (phrase === 'plain text') return !answer.includes('\n\n')
  if (phrase === 'at most five sentences') return (answer.match(/[.!?](\s|$)/g)?.length ?? 0) <= 5
  return answer.includes(phrase)
}
