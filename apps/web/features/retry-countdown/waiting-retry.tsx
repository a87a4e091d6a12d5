'use client'

import { useEffect, useState } from 'react'
import { RetryButton } from '../../chat/messages/retry-button.tsx'
import { useFormats, useWords } from '../../words/use-words.tsx'

/** A longer wait is told by the clock, and does not lock Retry: a budget can come free before its day ends. */
const COUNTDOWN_SECONDS = 120
const SECOND_MS = 1000

/** @param retryAt in milliseconds since 1970 */
export default function WaitingRetry({ retryAt, onRetry }: { retryAt: number; onRetry: () => void }) {
  const text = useWords('retryCountdown')
  const { message } = useWords('core')
  const { wait } = useFormats()
  const seconds = useSecondsUntil(retryAt)
  const [counted, setCounted] = useState(false)
  useEffect(() => {
    if (seconds > 0) setCounted(true)
  }, [seconds])
  return (
    <>
      <RetryButton aria-disabled={seconds > 0} onClick={seconds > 0 ? undefined : onRetry}>
        {seconds > 0 ? text.retryIn({ wait: wait(seconds) }) : message.retry}
      </RetryButton>
      {/* The seconds themselves are not read out, only that they are over. */}
      <span className="sr-only" role="status">
        {counted && seconds === 0 && text.retryNow}
      </span>
    </>
  )
}

/** Zero also for a wait that is too long to sit through. */
function useSecondsUntil(moment: number): number {
  const left = () => {
    const seconds = Math.max(0, Math.ceil((moment - Date.now()) / SECOND_MS))
    return seconds > COUNTDOWN_SECONDS ? 0 : seconds
  }
  const [seconds, setSeconds] = useState(left)
  const running = seconds > 0
  useEffect(() => {
    setSeconds(left())
    if (!running) return
    const timer = setInterval(() => setSeconds(left()), SECOND_MS)
    return () => clearInterval(timer)
  }, [moment, running])
  return seconds
}
