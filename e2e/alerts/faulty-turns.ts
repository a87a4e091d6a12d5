import { randomUUID } from 'node:crypto'
import { get } from '../../scripts/doctor/check.ts'

/** Something that the mock does when it reads it. */
export interface Question {
  readonly text: string
  readonly perSecond: number
  readonly model?: string
}

/**
 * Asks each question at its rate, each time in a conversation and as a visitor of its own, however the turns end.
 * @param api address
 * @returns stops asking, and resolves when the last turn has ended
 */
export function askSteadily(api: string, questions: readonly Question[]): () => Promise<void> {
  const running = new Set<Promise<void>>()
  const timers = questions.map((question) =>
    setInterval(() => {
      const turn = ask(api, question).finally(() => running.delete(turn))
      running.add(turn)
    }, 1000 / question.perSecond),
  )
  return async () => {
    for (const timer of timers) clearInterval(timer)
    await Promise.all(running)
  }
}

async function ask(api: string, { text, model }: Question): Promise<void> {
  const message = { id: randomUUID(), role: 'user', parts: [{ type: 'text', text }] }
  const body = { id: randomUUID(), trigger: 'submit-message', message, ...(model && { model }) }
  const request = get(`${api}/api/chat`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(60_000),
  })
  // A fault may be an answer of 4xx, or none at all: the metrics say what it was.
  await request.then((response) => response.text()).catch(() => {})
}
