'use client'

import type { ChatMessage } from '@repo/contract/message'
import { useEffect, useRef } from 'react'
import { DownIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { Announcer } from './announcer.tsx'
import { usePreloadedMarkdown } from './answer.tsx'
import { AssistantMessage } from './assistant-message.tsx'
import { Composer } from './composer.tsx'
import { EmptyState } from './empty-state.tsx'
import { RequestFailure } from './request-failure.tsx'
import { ScrollRegion } from './scroll-region.tsx'
import { useStickToEnd } from './use-stick-to-end.ts'
import { useTurn } from './use-turn.ts'
import { UserMessage } from './user-message.tsx'

/** A conversation with its composer. Give it `id` as `key`: another conversation is another component. */
export function Chat({ id, title, stored }: { id: string; title: string; stored: ChatMessage[] }) {
  const turn = useTurn(id, stored)
  const { messages, phase, busy } = turn
  usePreloadedMarkdown()
  const scroller = useRef<HTMLDivElement>(null)
  const { atEnd, toEnd } = useStickToEnd(scroller)

  useEffect(() => {
    if (!busy) return
    const stopOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) turn.stop()
    }
    addEventListener('keydown', stopOnEscape)
    return () => removeEventListener('keydown', stopOnEscape)
  }, [busy, turn.stop])

  const send = (message: string, model?: string) => {
    turn.send(message, model)
    toEnd()
  }

  return (
    <>
      <Announcer messages={messages} phase={phase} />
      <div className="relative min-h-0 flex-1">
        <ScrollRegion aria-busy={busy} aria-label={text.message.log} className="h-full" landmark ref={scroller}>
          {messages.length === 0 ? (
            <EmptyState onPick={send} />
          ) : (
            <div className="reading-column flex flex-col gap-8 py-8">
              <h1 className="sr-only">{title}</h1>
              {messages.map((message, index) =>
                message.role === 'user' ? (
                  <UserMessage key={message.id} message={message} />
                ) : (
                  <AssistantMessage
                    key={message.id}
                    message={message}
                    onRetry={index === messages.length - 1 && !busy ? turn.retry : undefined}
                    phase={index === messages.length - 1 ? phase : 'idle'}
                  />
                ),
              )}
              {phase === 'waiting' && messages.at(-1)?.role === 'user' && <AssistantMessage phase="waiting" />}
              {!busy && turn.returned === null && messages.at(-1)?.role === 'user' && (
                <RequestFailure onRetry={turn.retry} problem={turn.problem} />
              )}
            </div>
          )}
        </ScrollRegion>
        {!atEnd && (
          <button
            aria-label={text.message.jump}
            className="absolute inset-x-0 bottom-3 mx-auto grid size-9 place-items-center rounded-full border border-line bg-raised text-quiet shadow-sm hover:text-ink"
            onClick={toEnd}
            type="button"
          >
            <DownIcon size={16} />
          </button>
        )}
      </div>
      <div className="reading-column pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        {turn.returned !== null && turn.problem && (
          <p className="mb-2 text-danger text-sm" role="alert">
            {turn.problem.detail}
          </p>
        )}
        <Composer
          busy={busy}
          onSend={send}
          onStop={turn.stop}
          returned={turn.returned}
          stopping={phase === 'stopping'}
        />
      </div>
    </>
  )
}
