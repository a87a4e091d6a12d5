import type { Answer } from './ask.ts'
import type { Judge } from './judge.ts'
import type { Expected, Question } from './questions.ts'

/** What was not as expected; never with what people or models wrote. */
export type Failure = string

/**
 * Holds an answer against all that is expected of it.
 * @param judge asked only where the question wants it, and nothing else has failed: it costs something
 * @returns empty: it passed
 */
export async function check({ ask, expect }: Question, answer: Answer, judge: Judge): Promise<Failure[]> {
  // A stopped, cut or failed answer is none, whatever of it there is.
  const { outcome } = answer.metadata
  if (outcome !== 'finished') return [`outcome ${outcome}`]
  const failures = checks.flatMap((one) => one(expect, answer) ?? [])
  if (expect.judge === undefined || failures.length > 0) return failures
  return (await judge(expect.judge, ask, answer.text)) ? [] : ['judge']
}

const checks: readonly ((expected: Expected, answer: Answer) => Failure | undefined)[] = [
  ({ exact }, { text }) => (exact === undefined || text === exact ? undefined : 'exact'),
  ({ regex }, { text }) => (!regex || regex.test(text) ? undefined : 'regex'),
  ({ schema }, { text }) => {
    if (!schema) return
    const json = jsonIn(text)
    if (json === undefined) return 'schema: no JSON'
    // Its place and the rule that it breaks: the value may be anything.
    return schema(json)
      ? undefined
      : `schema: ${schema.errors?.[0]?.instancePath || 'top'} ${schema.errors?.[0]?.keyword}`
  },
  ({ tool }, { parts }) => {
    const calls = parts.filter((part) => part.type === 'dynamic-tool')
    if (tool === false) return calls.length > 0 ? 'tool: one was called' : undefined
    if (tool === undefined) return
    const called = calls.filter(({ toolName }) => toolName === tool)
    if (called.length === 0) return `tool: ${tool} not called`
    return called.some(({ state }) => state === 'output-available') ? undefined : `tool: ${tool} failed`
  },
]

/** The text, or what stands in its first fence. */
function jsonIn(text: string): unknown {
  const [, fenced] = /```(?:json)?\n(.*?)\n\s*```/s.exec(text) ?? []
  try {
    return JSON.parse(fenced ?? text)
  } catch {
    return undefined
  }
}
