'use client'

import { ArrowRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { RetryButton } from '../../chat/messages/retry-button.tsx'
import { messageText, type Session } from '../../chat/turn/session.ts'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const goOn: Feature = { Retry: GoOn }

/** Ends that would only come again. */
const HOPELESS = /^(content_filter|context_window_full)$/

/** Beside Retry, which asks for another answer: what there is stays, and the model is asked for the rest of it. */
function GoOn({ children }: { children: ReactNode }) {
  const text = useWords('goOn')
  const { session, send } = useTurnControls()
  return (
    <>
      {brokeOff(session) && (
        <RetryButton Icon={ArrowRight} onClick={() => send(text.please)}>
          {text.goOn}
        </RetryButton>
      )}
      {children}
    </>
  )
}

/** Whether the newest answer has a beginning that the model can go on from. One that was stopped is as long as wanted. */
function brokeOff({ lastMessage }: Pick<Session, 'lastMessage'>): boolean {
  if (lastMessage?.role !== 'assistant' || !messageText(lastMessage)) return false
  const { outcome, error } = lastMessage.metadata ?? {}
  return outcome !== 'finished' && outcome !== 'stopped' && !HOPELESS.test(error?.type ?? '')
}
