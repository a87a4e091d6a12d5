import { useEffect, useRef } from 'react'
import type { Turn } from '../../chat/turn/use-turn.ts'
import { BUSY } from './busy.ts'

/** Then a person is to say whether it is still worth it. */
const ATTEMPTS = 6
/** Within so long, and longer with each attempt: pages that were refused together are not to come back together. */
const SPREAD_MS = 1000

/** Asks again what was refused because too much was going on, as soon as that may work. */
export default function Again({ turn: { problem, retry, session } }: { turn: Turn }) {
  const made = useRef({ question: '', attempts: 0 })
  const retryAt = problem?.type === BUSY ? problem.retryAt : null
  useEffect(() => {
    if (retryAt === null) return
    const question = session.messages.findLast(({ role }) => role === 'user')?.id ?? ''
    const attempts = made.current.question === question ? made.current.attempts : 0
    if (attempts === ATTEMPTS) return
    const wait = retryAt - Date.now() + Math.random() * SPREAD_MS * 2 ** attempts
    const timer = setTimeout(() => {
      made.current = { question, attempts: attempts + 1 }
      retry()
    }, wait)
    return () => clearTimeout(timer)
  }, [retryAt, retry, session])
  return null
}
