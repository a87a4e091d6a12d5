'use client'

import type { ChatMessage } from '@repo/contract/message'
import { useEffect, useState } from 'react'
import { text } from '../../text.ts'
import { messageText } from '../turn/session.ts'
import type { Phase } from '../turn/use-turn.ts'

const SPOKEN_LENGTH = 200

interface Props {
  messages: ChatMessage[]
  phase: Phase
  /** What something else than a turn has just done. */
  said: string
}

/**
 * Tells screen readers what a turn is doing. The only live region: the messages themselves are not one, because a
 * reader would stutter through every token.
 */
export function Announcer({ messages, phase, said }: Props) {
  const [previous, setPrevious] = useState<Phase>('idle')
  const [ended, setEnded] = useState('')
  useEffect(() => {
    if (phase === previous) return
    setPrevious(phase)
    if (phase !== 'idle') return
    const last = messages.at(-1)
    // Any other ending is an alert of its own, beside the answer.
    const finished = last?.role === 'assistant' && last.metadata?.outcome === 'finished'
    setEnded(finished ? text.message.ready(messageText(last).slice(0, SPOKEN_LENGTH)) : '')
  }, [phase, previous, messages])

  return (
    <p className="sr-only" role="status">
      {phase === 'idle' ? said || ended : spoken[phase]}
    </p>
  )
}

const spoken = {
  waiting: text.message.waiting,
  thinking: text.message.thinking,
  streaming: text.message.answering,
  tool: text.message.usingTools,
  stopping: text.message.stopping,
  elsewhere: text.message.elsewhere,
} satisfies Record<Exclude<Phase, 'idle'>, string>
