'use client'

import { useEffect, useState } from 'react'
import { messageText } from '../../chat/turn/session.ts'
import type { Phase, Turn } from '../../chat/turn/use-turn.ts'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const announcer: Feature = { Turn: Announcer }

const SPOKEN_LENGTH = 200

/**
 * Tells screen readers what a turn is doing. The only live region: the messages themselves are not one, because a
 * reader would stutter through every token.
 */
function Announcer({ turn: { messages, phase }, said }: { turn: Turn; said: string }) {
  const text = useWords('announcer')
  const { message } = useWords('core')
  const [previous, setPrevious] = useState<Phase>('idle')
  const [ended, setEnded] = useState('')
  useEffect(() => {
    if (phase === previous) return
    setPrevious(phase)
    if (phase !== 'idle') return
    const last = messages.at(-1)
    // Any other ending is an alert of its own, beside the answer.
    const finished = last?.role === 'assistant' && last.metadata?.outcome === 'finished'
    setEnded(finished ? text.ready({ start: messageText(last).slice(0, SPOKEN_LENGTH) }) : '')
  }, [phase, previous, messages, text])

  const spoken: Record<Exclude<Phase, 'idle'>, string> = {
    waiting: message.waiting,
    thinking: text.thinking,
    streaming: text.answering,
    tool: text.usingTools,
    stopping: text.stopping,
    rejoining: message.rejoining,
  }
  return (
    <p className="sr-only" role="status">
      {phase === 'idle' ? said || ended : spoken[phase]}
    </p>
  )
}
