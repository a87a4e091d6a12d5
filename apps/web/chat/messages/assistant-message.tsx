'use client'

import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { RotateCcw } from 'lucide-react'
import { memo, Suspense } from 'react'
import { Slot } from '../../slot.tsx'
import { text } from '../../text.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Pulse } from '../../ui/disclosure.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { messageText, withThoughts } from '../turn/session.ts'
import { useTurnControls } from '../turn/turn-controls.tsx'
import type { Phase } from '../turn/use-turn.ts'
import { Answer } from './answer.tsx'
import { OutcomeNote } from './outcome-note.tsx'
import { Signature } from './signature.tsx'
import { Waited } from './waited.tsx'

interface Props {
  /** Absent before the API has begun to answer. */
  message?: ChatMessage
  /** `idle` for an answer that is complete. */
  phase: Phase
  /** Given for the newest answer only. */
  onRetry?: (() => void) | undefined
}

export const AssistantMessage = memo(function AssistantMessage({ message, phase, onRetry }: Props) {
  const { busy, regenerate } = useTurnControls()
  const metadata = message?.metadata && ended(message.metadata, phase)
  const answer = message ? messageText(message) : ''
  const complete = phase === 'idle'

  return (
    <article className="min-w-0">
      <h2 className="sr-only">{text.message.assistant}</h2>
      {message && <Parts message={message} phase={phase} />}
      <Progress loading={message?.parts.at(-1)?.type === 'data-loading'} phase={phase} />
      {/* The room of the line that comes at the end, so that the text does not move then. */}
      {message && !complete && <div className="mt-2 h-7" />}
      {message && metadata && complete && (
        <>
          <OutcomeNote
            hasContent={message.parts.some(isContent)}
            key={message.id}
            metadata={metadata}
            onRetry={onRetry}
          />
          <Signature metadata={metadata}>
            <Slot message={message} name="MessageActions" />
            <Slot message={message} metadata={metadata} name="AnswerActions" />
            {answer && <CopyButton label={text.message.copy} text={answer} />}
            {!busy && !(onRetry && metadata.outcome !== 'finished') && (
              <IconButton label={text.message.regenerate} onClick={() => regenerate(message.id)}>
                <RotateCcw size={15} />
              </IconButton>
            )}
          </Signature>
        </>
      )}
    </article>
  )
})

/** In the order in which they came: thoughts, text, tool calls, text. */
function Parts({ message: given, phase }: { message: ChatMessage; phase: Phase }) {
  const parts = withThoughts(given.parts)
  const message = parts === given.parts ? given : { ...given, parts }
  const live = phase !== 'idle' && phase !== 'elsewhere'
  return parts.map((part, index) => {
    const key = part.type === 'dynamic-tool' ? part.toolCallId : `${part.type}${index}`
    if (part.type === 'text') return part.text && <Answer key={key}>{part.text}</Answer>
    return (
      <Suspense key={key}>
        <Slot index={index} live={live} message={message} name="Part" />
      </Suspense>
    )
  })
}

function isContent(part: ChatMessage['parts'][number]): boolean {
  return part.type === 'dynamic-tool' || ((part.type === 'text' || part.type === 'reasoning') && part.text !== '')
}

/** An answer that nobody writes any more, and whose end nobody reported, lost its connection. */
function ended(metadata: MessageMetadata, phase: Phase): MessageMetadata {
  return phase === 'idle' && metadata.outcome === null ? { ...metadata, outcome: 'disconnected' } : metadata
}

/** While there is nothing else to see of what goes on. */
function Progress({ phase, loading }: { phase: Phase; loading: boolean }) {
  if (phase === 'elsewhere') return <p className="mt-3 text-quiet text-sm">{text.message.elsewhere}</p>
  if (phase !== 'waiting') return null
  return (
    <p className="flex items-center gap-2.5 text-quiet text-sm">
      <Pulse />
      {loading ? text.message.loading : text.message.waiting}
      <Waited />
    </p>
  )
}
