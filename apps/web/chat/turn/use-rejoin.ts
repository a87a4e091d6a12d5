'use client'

import { useCallback, useEffect, useRef, useState } from 'react'
import { requestProblem } from './problem.ts'
import { hasEnd, isBusy, isSilent, type Session, sizeOf } from './session.ts'

/** Five minutes in all. */
const ATTEMPTS = 45
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 8000
const LOOK_MS = 5000

/**
 * Reads an answer on that this page does not read, or no longer: after a reload, a lost connection, in another tab.
 *
 * @param show loads what is stored of a message
 * @returns `readOn`, which resolves when there is nothing left to read; `rejoining` while there is no connection;
 * `giveUp`, which ends it
 */
export function useRejoin(session: Session, show: (messageId: string) => Promise<boolean>) {
  const [rejoining, setRejoining] = useState(false)
  const reading = useRef<Promise<void>>(undefined)
  const wake = useRef<() => void>(undefined)
  const given = useRef(false)

  const readOn = useCallback((): Promise<void> => {
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

  const giveUp = useCallback(() => {
    given.current = reading.current !== undefined
    wake.current?.()
  }, [])

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

  return { rejoining, readOn, giveUp }
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
