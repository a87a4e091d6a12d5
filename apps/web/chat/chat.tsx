'use client'

import { use, useEffect, useMemo, useRef, useState } from 'react'
import { FeaturesContext, Slot } from '../slot.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { useWords } from '../words/use-words.tsx'
import { Composer } from './composer/composer.tsx'
import { AssistantMessage } from './messages/assistant-message.tsx'
import { FailureDetail } from './messages/failure-detail.tsx'
import { Note } from './messages/note.tsx'
import { UserMessage } from './messages/user-message.tsx'
import { TurnControlsContext } from './turn/turn-controls.tsx'
import { type StoredPath, useTurn } from './turn/use-turn.ts'

interface Props {
  id: string
  title: string
  stored: StoredPath
}

/** A conversation with its composer. Give it `id` as `key`: another conversation is another component. */
export function Chat({ id, title, stored }: Props) {
  const text = useWords('core')
  const turn = useTurn(id, stored, use(FeaturesContext))
  const { session, messages, versions, phase, busy, askedAt, problem, returned } = turn
  const { send, showVersion, regenerate } = turn
  const scroller = useRef<HTMLDivElement>(null)
  const [said, say] = useState('')

  useEffect(() => {
    if (askedAt) say('')
  }, [askedAt])

  const controls = useMemo(
    () => ({ session, versions, busy, returned, send, showVersion, regenerate, say }),
    [session, versions, busy, returned, send, showVersion, regenerate],
  )
  const last = messages.at(-1)
  const unanswered = phase === 'idle' && !returned && last?.role === 'user'

  const tone = problem ? 'danger' : 'neutral'

  return (
    <TurnControlsContext value={controls}>
      <div className="relative min-h-0 flex-1">
        <ScrollRegion aria-busy={busy} aria-label={text.message.log} className="h-full" landmark ref={scroller}>
          <div className="reading-column flex min-h-full flex-col gap-8 py-8">
            {messages.length === 0 ? (
              <div className="my-auto flex flex-col gap-8">
                <header>
                  <h1 className="text-balance font-semibold text-2xl tracking-tight md:text-3xl">{text.emptyTitle}</h1>
                  <p className="mt-2 max-w-[36rem] text-pretty text-quiet">{text.tagline}</p>
                </header>
                <Slot name="EmptyState" onPick={(message, model) => send(message, { model })} />
              </div>
            ) : (
              <>
                <h1 className="sr-only" dir="auto">
                  {title}
                </h1>
                {messages.map((message) =>
                  message.role === 'user' ? (
                    <UserMessage key={message.id} message={message} />
                  ) : (
                    <AssistantMessage
                      key={message.id}
                      message={message}
                      onRetry={message === last && !busy && !problem ? turn.retry : undefined}
                      phase={message === last ? phase : 'idle'}
                    />
                  ),
                )}
                {(phase === 'waiting' || phase === 'rejoining') && last?.role === 'user' && (
                  <AssistantMessage phase={phase} />
                )}
                {(unanswered || (problem && !returned)) && (
                  <Note detail={null} headline={text.message.noAnswer} tone={tone} {...problem} onRetry={turn.retry} />
                )}
              </>
            )}
          </div>
        </ScrollRegion>
        <Slot name="Turn" said={said} scroller={scroller} turn={turn} />
      </div>
      <div className="reading-column pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        {returned && problem && (
          <p className="mb-2 text-danger text-sm" role="alert">
            <FailureDetail {...problem} />
          </p>
        )}
        <Slot name="AboveComposer" />
        <Composer
          busy={busy}
          onSend={send}
          onStop={turn.stop}
          returned={returned && !returned.replaces ? returned : null}
          stopping={phase === 'stopping'}
        />
      </div>
    </TurnControlsContext>
  )
}
