'use client'

import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { memo } from 'react'
import { RetryIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { Answer } from './answer.tsx'
import { CopyButton, iconButton } from './copy-button.tsx'
import { Pulse } from './disclosure.tsx'
import { FeedbackButtons } from './feedback.tsx'
import { OutcomeNote } from './outcome-note.tsx'
import { thinkingTimes } from './parts.ts'
import { messageText } from './session.ts'
import { Signature } from './signature.tsx'
import { Thoughts } from './thoughts.tsx'
import { ToolCall } from './tool-call.tsx'
import type { Path } from './use-path.ts'
import type { Phase } from './use-turn.ts'
import { type Switch, VersionSwitcher } from './version-switcher.tsx'

interface Props {
  /** Absent before the API has begun to answer. */
  message?: ChatMessage
  /** `idle` for an answer that is complete. */
  phase: Phase
  /** Given for the newest answer only. */
  onRetry?: (() => void) | undefined
  /** Absent while an answer is written. */
  onRegenerate?: ((messageId: string) => void) | undefined
  onFeedback?: Path['setFeedback']
  switching?: Switch | null
}

export const AssistantMessage = memo(function AssistantMessage(props: Props) {
  const { message, phase, onRetry, onRegenerate, onFeedback, switching } = props
  const metadata = message?.metadata && ended(message.metadata, phase)
  const answer = message ? messageText(message) : ''
  const complete = phase === 'idle'

  return (
    <article className="min-w-0">
      <h2 className="sr-only">{text.message.assistant}</h2>
      {message && <Parts message={message} phase={phase} />}
      <Progress phase={phase} />
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
            {switching && <VersionSwitcher id={message.id} {...switching} />}
            {onFeedback && (
              <FeedbackButtons feedback={metadata.feedback} messageId={message.id} onChange={onFeedback} />
            )}
            {answer && <CopyButton label={text.message.copy} text={answer} />}
            {onRegenerate && !(onRetry && metadata.outcome !== 'finished') && (
              <button
                aria-label={text.message.regenerate}
                className={iconButton}
                onClick={() => onRegenerate(message.id)}
                title={text.message.regenerate}
                type="button"
              >
                <RetryIcon size={15} />
              </button>
            )}
          </Signature>
        </>
      )}
    </article>
  )
})

/** In the order in which they came: thoughts, text, tool calls, text. */
function Parts({ message: { parts, metadata }, phase }: { message: ChatMessage; phase: Phase }) {
  const times = thinkingTimes(parts, metadata?.timeline ?? [])
  const live = phase !== 'idle' && phase !== 'elsewhere'
  let thoughts = 0
  return parts.map((part, index) => {
    const key = `${part.type}${index}`
    if (part.type === 'text') return part.text && <Answer key={key}>{part.text}</Answer>
    if (part.type === 'dynamic-tool') return <ToolCall key={part.toolCallId} live={live} part={part} />
    if (part.type === 'reasoning') {
      const tookMs = times[thoughts++] ?? null
      const last = index === parts.length - 1
      return part.text && <Thoughts key={key} live={live && last} thoughts={part.text} tookMs={tookMs} />
    }
    if (part.type !== 'data-notice') return null
    return (
      <p className="mb-3 border-line border-s-2 ps-3 text-quiet text-sm" key={key}>
        {text.tool.notice(part.data.server, part.data.message)}
      </p>
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
function Progress({ phase }: { phase: Phase }) {
  if (phase === 'elsewhere') return <p className="mt-3 text-quiet text-sm">{text.message.elsewhere}</p>
  if (phase !== 'waiting') return null
  return (
    <p className="flex items-center gap-2.5 text-quiet text-sm">
      <Pulse />
      {text.message.waiting}
    </p>
  )
}
