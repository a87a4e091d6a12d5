'use client'

import { useEffect, useState } from 'react'
import type { Feature } from '../../feature.ts'
import { useFormats } from '../../words/use-words.tsx'

export const waitingTime: Feature = { Waiting: WaitingTime }

/** Seconds. What is shorter is no wait. */
const WORTH_TELLING = 3

/** For how long this has been on the page, once that is a while. Not for screen readers, which it would interrupt. */
function WaitingTime() {
  const { duration } = useFormats()
  const [seconds, setSeconds] = useState(0)
  useEffect(() => {
    const since = performance.now()
    const timer = setInterval(() => setSeconds(Math.round((performance.now() - since) / 1000)), 1000)
    return () => clearInterval(timer)
  }, [])
  if (seconds < WORTH_TELLING) return null
  return (
    <span aria-hidden="true" className="tabular-nums">
      {duration(seconds * 1000)}
    </span>
  )
}
