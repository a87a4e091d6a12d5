'use client'

import type { ConversationWithMessages } from '@repo/contract/conversation'
import { useEffect, useMemo, useRef, useState } from 'react'
import { DownIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { LimitNotice } from '../usage/limit-notice.tsx'
import { Announcer } from './announcer.tsx'
import { usePreloadedMarkdown } from './answer.tsx'
import { AssistantMessage } from './assistant-message.tsx'
import { Composer } from './composer.tsx'
import { NEW_CHAT } from './draft.ts'
import { EmptyState } from './empty-state.tsx'
import { RequestFailure } from './request-failure.tsx'
import { ScrollRegion } from './scroll-region.tsx'
import { useStickToEnd } from './use-stick-to-end.ts'
import { useSwitching } from './use-switching.ts'
import { useTurn } from './use-turn.ts'
import { UserMessage } from './user-message.tsx'

interface Props {
  id: string
  /** True before the first message. */
  isNew: boolean
  title: string
  stored: Pick<ConversationWithMessages, 'messages' | 'versions'>
}

/** A conversation with its composer. Give it `id` as `key`: another conversation is another component. */
export function Chat({ id, isNew, title, stored }: Props) {
  const turn = useTurn(id, stored)
  const { messages, phase, busy, problem, returned } = turn
  usePreloadedMarkdown()
  const scroller = useRef<HTMLDivElement>(null)
  const { atEnd, toEnd, letGo } = useStickToEnd(scroller)
  const [editing, setEditing] = useState<{ id: string; draft: string } | null>(null)
  const { switchingOf, said } = useSwitching(turn, letGo)

  useEffect(() => {
    if (!busy) return
    const stopOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) turn.stop()
    }
    addEventListener('keydown', stopOnEscape)
    return () => removeEventListener('keydown', stopOnEscape)
  }, [busy, turn.stop])

  useEffect(() => {
    if (returned?.edited) setEditing({ id: returned.edited, draft: returned.text })
  }, [returned])

  const send = (message: string, model?: string) => {
    turn.send(message, model)
    toEnd()
  }
  const actions = useMemo(
    () => ({
      edit: (id: string, draft: string) => setEditing({ id, draft }),
      submit: (id: string, edited: string) => {
        setEditing(null)
        turn.edit(id, edited)
        toEnd()
      },
      cancel: () => setEditing(null),
    }),
    [turn.edit, toEnd],
  )
  const last = messages.at(-1)
  const unanswered = !busy && !returned && last?.role === 'user'

  return (
    <>
      <Announcer messages={messages} phase={phase} said={said} />
      <div className="relative min-h-0 flex-1">
        <ScrollRegion aria-busy={busy} aria-label={text.message.log} className="h-full" landmark ref={scroller}>
          {messages.length === 0 ? (
            <EmptyState onPick={send} />
          ) : (
            <div className="reading-column flex flex-col gap-8 py-8">
              <h1 className="sr-only">{title}</h1>
              {messages.map((message) =>
                message.role === 'user' ? (
                  <UserMessage
                    actions={busy ? null : actions}
                    draft={editing?.id === message.id ? editing.draft : null}
                    key={message.id}
                    message={message}
                    switching={switchingOf(message.id)}
                  />
                ) : (
                  <AssistantMessage
                    key={message.id}
                    message={message}
                    onFeedback={turn.path.setFeedback}
                    onRegenerate={busy ? undefined : turn.regenerate}
                    onRetry={message === last && !busy && !problem ? turn.retry : undefined}
                    phase={message === last ? phase : 'idle'}
                    switching={switchingOf(message.id)}
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
            <DownIcon size={16} />
          </button>
        )}
      </div>
      <div className="reading-column pb-[max(0.75rem,env(safe-area-inset-bottom))]">
        {returned && problem && (
          <p className="mb-2 text-danger text-sm" role="alert">
            {problem.detail}
          </p>
        )}
        <LimitNotice />
        <Composer
          busy={busy}
          chat={isNew ? NEW_CHAT : id}
          onSend={send}
          onStop={turn.stop}
          returned={returned && !returned.edited ? returned.text : null}
          stopping={phase === 'stopping'}
          unsentIsShown={unanswered}
        />
      </div>
    </>
  )
}
