'use client'

import type { ChatMessage } from '@repo/contract/message'
import { useCallback, useEffect, useRef } from 'react'
import { messageText } from '../chat/session.ts'
import { reportPerceivedTtft } from './report.ts'

/**
 * Measures what a person waits for: from the press of a button to the first text on the page. The servers' time to
 * first token knows nothing of the way there and back, nor of a page that is slow to render. Reported when the turn has
 * ended, which is when its outcome is known; not for a page that nobody was looking at.
 *
 * @param last the newest message
 * @param busy from sending until the answer has ended
 * @returns to be called when the button is pressed
 */
export function usePerceivedTtft(last: ChatMessage | undefined, busy: boolean): () => void {
  const pressed = useRef<number>(null)
  const shown = useRef<number>(null)
  const answer = last?.role === 'assistant' ? last : undefined
  const hasText = answer !== undefined && messageText(answer) !== ''

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

  return useCallback(() => {
    pressed.current = document.hidden ? null : performance.now()
    shown.current = null
  }, [])
}
