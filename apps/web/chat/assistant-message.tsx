'use client'

import type { ChatMessage, MessageMetadata } from '@repo/contract/message'
import { memo } from 'react'
import { RetryIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { Answer } from './answer.tsx'
import { CopyButton, iconButton } from './copy-button.tsx'
import { OutcomeNote } from './outcome-note.tsx'
import { messageText } from './session.ts'
import { Signature } from './signature.tsx'
import type { Phase } from './use-turn.ts'

interface Props {
  /** Absent before the API has begun to answer. */
  message?: ChatMessage
  /** `idle` for an answer that is complete. */
  phase: Phase
  /** Given for the newest answer only. */
  onRetry?: (() => void) | undefined
}

export const AssistantMessage = memo(function AssistantMessage({ message, phase, onRetry }: Props) {
  const answer = message ? messageText(message) : ''
  const reasoning = message?.parts.map((part) => (part.type === 'reasoning' ? part.text : '')).join('')
  const metadata = message?.metadata && ended(message.metadata, phase)

  return (
    <article className="min-w-0">
      <h2 className="sr-only">{text.message.assistant}</h2>
      {reasoning && <Thoughts live={phase === 'thinking'} thoughts={reasoning} />}
      {answer && <Answer>{answer}</Answer>}
      <Progress hasReasoning={Boolean(reasoning)} phase={phase} />
      {metadata && phase === 'idle' && (
        <>
          <OutcomeNote hasContent={answer !== '' || Boolean(reasoning)} metadata={metadata} onRetry={onRetry} />
          <Signature metadata={metadata}>
            {answer && <CopyButton label={text.message.copy} text={answer} />}
            {onRetry && metadata.outcome === 'finished' && (
              <button
                aria-label={text.message.regenerate}
                className={iconButton}
                onClick={onRetry}
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

/** An answer that nobody writes any more, and whose end nobody reported, lost its connection. */
function ended(metadata: MessageMetadata, phase: Phase): MessageMetadata {
  return phase === 'idle' && metadata.outcome === null ? { ...metadata, outcome: 'disconnected' } : metadata
}

function Progress({ phase, hasReasoning }: { phase: Phase; hasReasoning: boolean }) {
  if (phase === 'elsewhere') return <p className="mt-3 text-quiet text-sm">{text.message.elsewhere}</p>
  if (phase !== 'waiting' && !(phase === 'thinking' && !hasReasoning)) return null
  return (
    <p className="flex items-center gap-2.5 text-quiet text-sm">
      <span className="size-2 motion-safe:animate-[breathe_1.6s_ease-in-out_infinite] rounded-full bg-accent" />
      {phase === 'waiting' ? text.message.waiting : text.message.thinking}
    </p>
  )
}

function Thoughts({ thoughts, live }: { thoughts: string; live: boolean }) {
  return (
    <details className="group mb-4 text-quiet text-sm">
      <summary className="inline-flex min-h-6 list-none items-center gap-2.5 rounded hover:text-ink [&::-webkit-details-marker]:hidden">
        {live && (
          <span className="size-2 motion-safe:animate-[breathe_1.6s_ease-in-out_infinite] rounded-full bg-accent" />
        )}
        {live ? text.message.thinking : text.message.thoughts}
        <span className="motion-safe:transition-transform group-open:rotate-90">&rsaquo;</span>
      </summary>
      <p className="mt-2 whitespace-pre-wrap border-line border-s-2 ps-4 leading-relaxed" dir="auto">
        {thoughts}
      </p>
    </details>
  )
}
