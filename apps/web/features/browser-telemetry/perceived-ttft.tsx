'use client'

import { useEffect, useRef } from 'react'
import { messageText } from '../../chat/turn/session.ts'
import type { Turn } from '../../chat/turn/use-turn.ts'
import { reportPerceivedTtft } from './report.ts'

/**
 * Measures what a person waits for: from the press of a button to the first text on the page. The servers' time to
 * first token knows nothing of the way there and back, nor of a page that is slow to render. Reported when the turn has
 * ended, which is when its outcome is known; not for a page that nobody was looking at.
 */
export function PerceivedTtft({ turn: { messages, busy, askedAt } }: { turn: Turn }) {
  const pressed = useRef<number>(null)
  const shown = useRef<number>(null)
  const last = messages.at(-1)
  const answer = last?.role === 'assistant' ? last : undefined
  const hasText = answer !== undefined && messageText(answer) !== ''

  useEffect(() => {
    pressed.current = document.hidden ? null : (askedAt ?? null)
    shown.current = null
  }, [askedAt])

  useEffect(() => {
    if (pressed.current === null) return
    if (hasText) shown.current ??= performance.now()
    if (document.hidden) pressed.current = null
  }, [hasText])

  const metadata = answer?.metadata
  useEffect(() => {
    if (busy || pressed.current === null || shown.current === null || !metadata) return
    reportPerceivedTtft({
      milliseconds: Math.round(shown.current - pressed.current),
      model: metadata.model,
      outcome: metadata.outcome ?? 'disconnected',
      traceId: metadata.traceId,
    })
    pressed.current = null
  }, [busy, metadata])
  return null
}
