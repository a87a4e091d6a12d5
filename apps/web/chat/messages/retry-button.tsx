'use client'

import { RotateCcw } from 'lucide-react'
import { useEffect, useState } from 'react'
import { formatWait } from '../../format/numbers.ts'
import { text } from '../../text.ts'
import { COUNTDOWN_SECONDS } from '../turn/problem.ts'

const SECOND_MS = 1000

/** @param retryAt before this moment, in milliseconds since 1970, a retry would only be refused again */
export function RetryButton({ retryAt = null, onRetry }: { retryAt?: number | null; onRetry: () => void }) {
  const seconds = useSecondsUntil(retryAt)
  const [counted, setCounted] = useState(false)
  useEffect(() => {
    if (seconds > 0) setCounted(true)
  }, [seconds])
  return (
    <>
      <button
        aria-disabled={seconds > 0}
        className="inline-flex min-h-7 items-center gap-1.5 rounded-md border border-line bg-raised px-2.5 py-1 font-medium tabular-nums hover:border-line-strong aria-disabled:cursor-not-allowed aria-disabled:text-quiet"
        onClick={seconds > 0 ? undefined : onRetry}
        type="button"
      >
        <RotateCcw size={14} />
        {seconds > 0 ? text.message.retryIn(formatWait(seconds)) : text.message.retry}
      </button>
      {/* The seconds themselves are not read out, only that they are over. */}
      <span className="sr-only" role="status">
        {counted && seconds === 0 && text.message.retryNow}
      </span>
    </>
  )
}

/** Zero also for a wait that is too long to sit through. */
function useSecondsUntil(moment: number | null): number {
  const left = () => {
    const seconds = moment === null ? 0 : Math.max(0, Math.ceil((moment - Date.now()) / SECOND_MS))
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
