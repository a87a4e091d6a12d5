'use client'

import type { ChatMessage } from '@repo/contract/message'
import { useCallback, useEffect, useRef, useState } from 'react'
import { requestProblem } from '../../chat/turn/problem.ts'
import { isBusy, type Rejoining, type Session, type ShownPath } from '../../chat/turn/session.ts'
import { isSilent } from './listening.ts'

/** Five minutes in all. */
const ATTEMPTS = 45
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8000
const LOOK_MS = 5000

/** Reads an answer on that this page does not read, or no longer: after a reload, a lost connection, in another tab. */
export function useRejoin({ session, messages: told, stored, show }: ShownPath): Rejoining {
  const messages = useWithoutGap(told)
  const [rejoining, setRejoining] = useState(false)
  const reading = useRef<Promise<void>>(undefined)
  const wake = useRef<() => void>(undefined)
  const given = useRef(false)
  /** The message whose rest this page has looked for. */
  const looked = useRef<string>(undefined)

  const begin = useCallback((): Promise<void> => {
    reading.current ??= read(session, show, {
      isGivenUp: () => given.current,
      pause: (ms) =>
        new Promise((resolve) => {
          wake.current = resolve
          setTimeout(resolve, ms)
        }),
      setRejoining,
    }).finally(() => {
      reading.current = undefined
      given.current = false
    })
    return reading.current
  }, [session, show])

  const readOn = useCallback(async () => {
    looked.current = session.lastMessage?.id
    if (session.error instanceof TypeError || session.lastMessage?.metadata?.outcome === null) await begin()
  }, [session, begin])

  const giveUp = useCallback(() => {
    given.current = reading.current !== undefined
    wake.current?.()
  }, [])

  // One that this page has not begun, or that it left when it was reloaded. A question is looked after once.
  const unread = !isBusy(session) && !rejoining && !hasEnd(session) ? messages.at(-1)?.id : undefined
  useEffect(() => {
    if (!unread || looked.current === unread) return
    looked.current = unread
    void begin()
  }, [unread, begin])

  // Another tab may have gone on with this conversation: whoever comes back sees it before asking the next question.
  useEffect(() => {
    const catchUp = () => {
      const last = session.lastMessage
      const shown = last?.role === 'assistant' && last.metadata?.outcome
      if (shown && document.visibilityState === 'visible' && !isBusy(session)) void show(last.id)
    }
    // What is shown may also be a session that this page kept, with versions that it does not know.
    if (session.messages !== stored) catchUp()
    document.addEventListener('visibilitychange', catchUp)
    return () => document.removeEventListener('visibilitychange', catchUp)
  }, [session, show, stored])

  useEffect(() => {
    const cutIf = (dead: boolean) => {
      wake.current?.()
      if (dead && isBusy(session)) void session.stop()
    }
    // Whatever was open when the network went is dead, and nothing says so. A page that was put to sleep misses that.
    const network = () => cutIf(true)
    const look = () => cutIf(document.visibilityState === 'visible' && isSilent())
    const timer = setInterval(() => isSilent() && cutIf(true), LOOK_MS)
    addEventListener('offline', network)
    addEventListener('online', network)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      removeEventListener('offline', network)
      removeEventListener('online', network)
      document.removeEventListener('visibilitychange', look)
    }
  }, [session])

  const looking = unread !== undefined && looked.current !== unread
  return { messages, rejoining, apart: looking || (rejoining && !isBusy(session)), readOn, giveUp }
}

/** A rejoined answer is told from its beginning: until that has caught up, what was there stays. */
function useWithoutGap(messages: ChatMessage[]): ChatMessage[] {
  const shown = useRef<ChatMessage>(undefined)
  const last = messages.at(-1)
  const before = shown.current
  const behind = last && before?.id === last.id && last.metadata?.outcome === null && sizeOf(last) < sizeOf(before)
  shown.current = behind ? before : last
  return behind ? [...messages.slice(0, -1), before] : messages
}

/** How much an answer has told: it only grows. */
function sizeOf(message: Pick<ChatMessage, 'parts'> | undefined): number {
  return message?.parts.reduce((sum, part) => sum + ('text' in part ? part.text.length : 1), 0) ?? 0
}

/** Whether the newest answer has its end. False for a question without one. */
function hasEnd({ lastMessage }: Pick<Session, 'lastMessage'>): boolean {
  return lastMessage?.role === 'assistant' && lastMessage.metadata?.outcome !== null
}

interface Ways {
  isGivenUp: () => boolean
  /** Ends early when it is likely to work again. */
  pause: (ms: number) => Promise<void>
  setRejoining: (is: boolean) => void
}

async function read(session: Session, show: (messageId: string) => Promise<boolean>, ways: Ways): Promise<void> {
  ways.setRejoining(true)
  try {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) await ways.pause(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS))
      if (ways.isGivenUp()) return
      const before = sizeOf(session.lastMessage)
      await session.resumeStream()
      if (hasEnd(session)) return
      if (session.error) {
        if (requestProblem(session.error).refused) return
        // It has brought something: the next loss is a new one.
        if (sizeOf(session.lastMessage) > before) attempt = 0
        continue
      }
      // Nothing runs: what is stored has the end, unless it is being written just now.
      if (session.lastMessage) await show(session.lastMessage.id)
      if (hasEnd(session) || session.lastMessage?.role !== 'assistant') return
    }
  } finally {
    ways.setRejoining(false)
  }
}
