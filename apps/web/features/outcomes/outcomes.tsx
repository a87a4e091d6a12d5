'use client'

import type { ChatMessage } from '@repo/contract/message'
import { RotateCcw } from 'lucide-react'
import { useMemo } from 'react'
import { Note } from '../../chat/messages/note.tsx'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { AnswerProps, Feature } from '../../feature.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'
import { outcomeNotice } from './outcome.ts'

/** Says how an answer ended, and asks for another one. */
export const outcomes: Feature = { AnswerEnd: Outcome, AnswerActions: Regenerate }

function Outcome({ message, metadata, onRetry }: AnswerProps) {
  const text = useWords('outcomes')
  const notice = outcomeNotice(metadata, message.parts.some(isContent), text)
  const wait = metadata.error?.retryAfterSeconds
  const retryAt = useMemo(() => (wait ? Date.now() + wait * 1000 : null), [wait])
  return notice && <Note {...notice} onRetry={onRetry} retryAt={retryAt} />
}

function Regenerate({ message, metadata, onRetry }: AnswerProps) {
  const text = useWords('outcomes')
  const { busy, regenerate } = useTurnControls()
  if (busy || (onRetry && metadata.outcome !== 'finished')) return null
  return (
    <IconButton label={text.regenerate} onClick={() => regenerate(message.id)}>
      <RotateCcw size={15} />
    </IconButton>
  )
}

function isContent(part: ChatMessage['parts'][number]): boolean {
  return part.type === 'dynamic-tool' || ((part.type === 'text' || part.type === 'reasoning') && part.text !== '')
}
