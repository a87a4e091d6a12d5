'use client'

import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Slot } from '../slot.tsx'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { useWords } from '../words/use-words.tsx'
import { Composer } from './composer/composer.tsx'
import { EmptyState } from './empty-state.tsx'
import { usePreloadedMarkdown } from './messages/answer.tsx'
import { AssistantMessage } from './messages/assistant-message.tsx'
import { FailureDetail } from './messages/failure-detail.tsx'
import { Note } from './messages/note.tsx'
import { useStickToEnd } from './messages/use-stick-to-end.ts'
import { UserMessage } from './messages/user-message.tsx'
import { TurnControlsContext } from './turn/turn-controls.tsx'
import type { StoredPath } from './turn/use-stored-path.ts'
import { useTurn } from './turn/use-turn.ts'

interface Props {
  id: string
  title: string
  stored: StoredPath
}

/** A conversation with its composer. Give it `id` as `key`: another conversation is another component. */
export function Chat({ id, title, stored }: Props) {
  const text = useWords('core')
  const turn = useTurn(id, stored)
  const { session, messages, versions, phase, busy, askedAt, problem, returned, send, stop, regenerate } = turn
  usePreloadedMarkdown()
  const scroller = useRef<HTMLDivElement>(null)
  const { atEnd, toEnd, letGo } = useStickToEnd(scroller)
  const [said, say] = useState('')

  useEffect(() => {
    if (!askedAt) return
    say('')
    toEnd()
  }, [askedAt, toEnd])

  const showVersion = useCallback(
    (message: string) => {
      // The page is not to run to its end when other messages are shown.
      letGo()
      return turn.showVersion(message)
    },
    [turn.showVersion, letGo],
  )
  const controls = useMemo(
    () => ({ session, versions, busy, returned, send, showVersion, regenerate, say }),
    [session, versions, busy, returned, send, showVersion, regenerate],
  )
  const last = messages.at(-1)
  const unanswered = phase === 'idle' && !returned && last?.role === 'user'

  const headline = text.message.noAnswer
  const note = problem
    ? ({ ...problem, tone: 'danger', headline } as const)
    : ({ tone: 'neutral', headline, detail: null } as const)

  return (
    <TurnControlsContext value={controls}>
      <Slot name="Turn" said={said} turn={turn} />
      <div className="relative min-h-0 flex-1">
        <ScrollRegion aria-busy={busy} aria-label={text.message.log} className="h-full" landmark ref={scroller}>
          <div className="reading-column flex min-h-full flex-col gap-8 py-8">
            {messages.length === 0 ? (
              <EmptyState onPick={(message, model) => send(message, { model })} />
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
                {(unanswered || (problem && !returned)) && <Note {...note} onRetry={turn.retry} />}
              </>
            )}
          </div>
        </ScrollRegion>
        {!atEnd && (
          <button
            aria-label={text.message.jump}
            className="absolute inset-x-0 bottom-3 mx-auto grid size-9 place-items-center rounded-full border border-line bg-raised text-quiet shadow-sm hover:text-ink"
            onClick={toEnd}
            title={text.message.jump}
            type="button"
          >
            <ArrowDown size={16} />
          </button>
        )}
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
          onStop={stop}
          returned={returned && !returned.replaces ? returned : null}
          stopping={phase === 'stopping'}
        />
      </div>
    </TurnControlsContext>
  )
}
