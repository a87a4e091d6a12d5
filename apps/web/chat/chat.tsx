'use client'

import { ArrowDown } from 'lucide-react'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Slot } from '../slot.tsx'
import { text } from '../text.ts'
import { ScrollRegion } from '../ui/scroll-region.tsx'
import { Composer } from './composer/composer.tsx'
import { NEW_CHAT } from './composer/draft.ts'
import { EmptyState } from './empty-state.tsx'
import { Announcer } from './messages/announcer.tsx'
import { usePreloadedMarkdown } from './messages/answer.tsx'
import { AssistantMessage } from './messages/assistant-message.tsx'
import { RequestFailure } from './messages/request-failure.tsx'
import { useStickToEnd } from './messages/use-stick-to-end.ts'
import { UserMessage } from './messages/user-message.tsx'
import { TurnControlsContext } from './turn/turn-controls.tsx'
import type { StoredPath } from './turn/use-stored-path.ts'
import { type SendOptions, useTurn } from './turn/use-turn.ts'

interface Props {
  id: string
  /** True before the first message. */
  isNew: boolean
  title: string
  stored: StoredPath
}

/** A conversation with its composer. Give it `id` as `key`: another conversation is another component. */
export function Chat({ id, isNew, title, stored }: Props) {
  const turn = useTurn(id, stored)
  const { session, messages, versions, phase, busy, problem, returned, stop, regenerate } = turn
  usePreloadedMarkdown()
  const scroller = useRef<HTMLDivElement>(null)
  const { atEnd, toEnd, letGo } = useStickToEnd(scroller)
  const [said, say] = useState('')

  useEffect(() => {
    if (!busy) return
    say('')
    const stopOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) stop()
    }
    addEventListener('keydown', stopOnEscape)
    return () => removeEventListener('keydown', stopOnEscape)
  }, [busy, stop])

  const send = useCallback(
    (message: string, options?: SendOptions) => {
      turn.send(message, options)
      toEnd()
    },
    [turn.send, toEnd],
  )
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
  const unanswered = !busy && !returned && last?.role === 'user'

  return (
    <TurnControlsContext value={controls}>
      <Announcer messages={messages} phase={phase} said={said} />
      <Slot name="Turn" turn={turn} />
      <div className="relative min-h-0 flex-1">
        <ScrollRegion aria-busy={busy} aria-label={text.message.log} className="h-full" landmark ref={scroller}>
          {messages.length === 0 ? (
            <EmptyState onPick={(message, model) => send(message, { model })} />
          ) : (
            <div className="reading-column flex flex-col gap-8 py-8">
              <h1 className="sr-only">{title}</h1>
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
              {phase === 'waiting' && last?.role === 'user' && <AssistantMessage phase="waiting" />}
              {(unanswered || (problem && !returned)) && <RequestFailure onRetry={turn.retry} problem={problem} />}
            </div>
          )}
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
            {problem.detail}
          </p>
        )}
        <Slot name="AboveComposer" />
        <Composer
          busy={busy}
          chat={isNew ? NEW_CHAT : id}
          onSend={send}
          onStop={stop}
          returned={returned && !returned.replaces ? returned.text : null}
          stopping={phase === 'stopping'}
          unsentIsShown={unanswered}
        />
      </div>
    </TurnControlsContext>
  )
}
