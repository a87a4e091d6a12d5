'use client'

import type { MessageMetadata } from '@repo/contract/message'
import { useEffect, useRef, useState } from 'react'
import type { PartProps } from '../../feature.ts'
import { disclosure, Marker } from '../../ui/disclosure.tsx'
import { useFormats, useWords } from '../../words/use-words.tsx'

/** What a reasoning model thought, collapsed. Until the API says how long it took, the time is the page's own. */
export default function Thought({ message: { parts, metadata }, index, live }: PartProps) {
  const text = useWords('thoughts')
  const { duration } = useFormats()
  const part = parts[index]
  const thought = part?.type === 'reasoning' ? part.text : ''
  const thinking = live && index === parts.length - 1
  const began = useRef<number>(null)
  const [seenMs, setSeenMs] = useState<number | null>(null)
  useEffect(() => {
    if (thinking) began.current ??= performance.now()
    else if (began.current !== null) setSeenMs(performance.now() - began.current)
  }, [thinking])
  if (!thought) return null
  const nth = parts.slice(0, index).filter(({ type }) => type === 'reasoning').length
  const took = thinkingTimes(parts, metadata)[nth] ?? seenMs

  return (
    <details className={`${disclosure} mb-4`}>
      <summary>
        <Marker live={thinking} />
        {thinking ? text.thinking : took === null ? text.thoughts : text.thoughtFor({ duration: duration(took) })}
      </summary>
      <p className="mt-2 whitespace-pre-wrap border-line border-s-2 ps-4 leading-relaxed" dir="auto">
        {thought}
      </p>
    </details>
  )
}

/** How long each reasoning part took, in milliseconds; empty where stretches and parts cannot be matched. */
function thinkingTimes(parts: PartProps['message']['parts'], metadata: MessageMetadata | undefined): number[] {
  const stretches = metadata?.timeline.filter(({ phase }) => phase === 'thinking') ?? []
  const matched = stretches.length === parts.filter(({ type }) => type === 'reasoning').length
  return matched ? stretches.map(({ startMs, endMs }) => endMs - startMs) : []
}
