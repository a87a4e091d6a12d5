'use client'

import type { ChatMessage, Segment } from '@repo/contract/message'
import { useEffect, useRef, useState } from 'react'
import { formatDuration } from '../../format/numbers.ts'
import { text } from '../../text.ts'
import { disclosure, Marker } from '../../ui/disclosure.tsx'

interface Props {
  thoughts: string
  live: boolean
  /** In milliseconds, as the API measured it; null before the answer has ended, or where it is not known. */
  tookMs: number | null
}

/** What a reasoning model thought, collapsed. Until the API says how long it took, the time is the page's own. */
export function Thoughts({ thoughts, live, tookMs }: Props) {
  const began = useRef<number>(null)
  const [seenMs, setSeenMs] = useState<number | null>(null)
  useEffect(() => {
    if (live) began.current ??= performance.now()
    else if (began.current !== null) setSeenMs(performance.now() - began.current)
  }, [live])
  const took = tookMs ?? seenMs

  return (
    <details className={`${disclosure} mb-4`}>
      <summary>
        <Marker live={live} />
        {live
          ? text.message.thinking
          : took === null
            ? text.message.thoughts
            : text.message.thoughtFor(formatDuration(took))}
      </summary>
      <p className="mt-2 whitespace-pre-wrap border-line border-s-2 ps-4 leading-relaxed" dir="auto">
        {thoughts}
      </p>
    </details>
  )
}

/** How long each reasoning part took, in milliseconds; empty where stretches and parts cannot be matched. */
export function thinkingTimes(parts: ChatMessage['parts'], timeline: Segment[]): number[] {
  const times = timeline.filter(({ phase }) => phase === 'thinking').map(({ startMs, endMs }) => endMs - startMs)
  return times.length === parts.filter(({ type }) => type === 'reasoning').length ? times : []
}
