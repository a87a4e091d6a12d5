'use client'

import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { memo, Suspense } from 'react'
import { Slot } from '../../slot.tsx'
import { Pulse } from '../../ui/disclosure.tsx'
import { useWords } from '../../words/use-words.tsx'
import { partsOf } from '../turn/session.ts'
import type { Phase } from '../turn/use-turn.ts'

interface Props {
  /** Absent before the API has begun to answer. */
  message?: ChatMessage
  /** `idle` for an answer that is complete. */
  phase: Phase
  /** Given for the newest answer only. */
  onRetry?: (() => void) | undefined
}

export const AssistantMessage = memo(function AssistantMessage({ message, phase, onRetry }: Props) {
  const text = useWords('core')
  const metadata = message?.metadata && ended(message.metadata, phase)
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
          <Slot message={message} metadata={metadata} name="AnswerEnd" onRetry={onRetry} />
          <div className="mt-2 flex flex-wrap items-center gap-x-1.5 text-quiet text-xs tabular-nums">
            <Slot metadata={metadata} name="AnswerLine">
              <Slot message={message} name="MessageActions" />
              <Slot message={message} metadata={metadata} name="AnswerActions" onRetry={onRetry} />
            </Slot>
          </div>
        </>
      )}
    </article>
  )
})

/** In the order in which they came: thoughts, text, tool calls, text. */
function Parts({ message: given, phase }: { message: ChatMessage; phase: Phase }) {
  const parts = partsOf(given)
  const message = parts === given.parts ? given : { ...given, parts }
  const live = phase !== 'idle' && phase !== 'rejoining'
  return parts.map((part, index) => {
    // Its place among its like: a stream has parts that are not stored, and what is shown must not begin anew.
    const place = parts.slice(0, index).filter(({ type }) => type === part.type).length
    const key = part.type === 'dynamic-tool' ? part.toolCallId : `${part.type}${place}`
    if (part.type === 'text')
      return (
        part.text && (
          <Slot key={key} name="AnswerText" source={part.text}>
            <div className="answer whitespace-pre-wrap">{part.text.trimEnd()}</div>
          </Slot>
        )
      )
    return (
      <Suspense key={key}>
        <Slot index={index} live={live} message={message} name="Part" />
      </Suspense>
    )
  })
}

/** An answer that nobody writes any more, and whose end nobody reported, lost its connection. */
function ended(metadata: MessageMetadata, phase: Phase): MessageMetadata {
  return phase === 'idle' && metadata.outcome === null ? { ...metadata, outcome: 'disconnected' } : metadata
}

/** While there is nothing else to see of what goes on. */
function Progress({ phase, loading }: { phase: Phase; loading: boolean }) {
  const text = useWords('core')
  if (phase === 'rejoining') return <p className="mt-3 text-quiet text-sm">{text.message.rejoining}</p>
  if (phase !== 'waiting') return null
  return (
    <p className="flex items-center gap-2.5 text-quiet text-sm">
      <Pulse />
      {loading ? text.message.loading : text.message.waiting}
      <Slot name="Waiting" />
    </p>
  )
}
