'use client'

import type { Conversation } from '@repo/contract/conversation'
import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useAppState } from '../chat/app-state.tsx'
import { text } from '../text.ts'
import { ConversationChunk, chunksOf } from './conversation-chunk.tsx'
import { groupByDay } from './group-by-day.ts'

/** How far before the end older ones are asked for. */
const NEAR = '400px'

/** All conversations by day, or those that were searched for; older ones come as one scrolls to the end. */
export function ConversationList() {
  const state = useAppState()
  const { conversations, found, query, hasMore, current, refresh, loadMore, rename, remove, startNewChat } = state
  const searching = query.trim() !== ''
  const shown = searching ? found : conversations
  const groups = useMemo(() => groupByDay(shown ?? [], new Date()), [shown])

  const leaveAndRemove = useCallback(
    (conversation: Conversation) => {
      void remove(conversation)
      if (location.pathname !== `/c/${conversation.id}`) return
      startNewChat()
      history.pushState(null, '', '/')
    },
    [remove, startNewChat],
  )
  const moreButton = useCallback(
    (button: HTMLElement | null) => {
      if (!button) return
      // Several of its appearances can be told at once.
      const seen = (entries: IntersectionObserverEntry[]) =>
        void (entries.some(({ isIntersecting }) => isIntersecting) && loadMore())
      const observer = new IntersectionObserver(seen, { root: button.closest('nav'), rootMargin: NEAR })
      observer.observe(button)
      return () => observer.disconnect()
    },
    [loadMore],
  )

  // What "today" is depends on the reader's time zone, which the server does not know: the list waits for the browser.
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  if (!inBrowser) return <div className="flex-1" />

  return (
    <nav
      aria-label={text.conversations.label}
      className="-mx-1 min-h-0 flex-1 overflow-y-auto overscroll-contain px-1 pb-3"
    >
      {conversations === null && (
        <p className="px-2 py-2 text-quiet text-sm">
          {text.conversations.unavailable}{' '}
          <button className="underline underline-offset-2 hover:text-ink" onClick={refresh} type="button">
            {text.conversations.tryAgain}
          </button>
        </p>
      )}
      {conversations?.length === 0 && !searching && (
        <p className="px-2 py-2 text-quiet text-sm">{text.conversations.none}</p>
      )}
      <p className={found?.length === 0 ? 'break-words px-2 py-2 text-quiet text-sm' : 'sr-only'} role="status">
        {found && text.conversations.found(found.length, hasMore, query.trim())}
      </p>
      {groups.map(({ label, items }) => (
        <section key={label}>
          <h2 className="px-2 pt-4 pb-1 font-medium text-quiet text-xs">{label}</h2>
          {chunksOf(items).map((chunk) => (
            <ConversationChunk
              current={chunk.find(({ id }) => id === current?.id)?.id}
              items={chunk}
              key={chunk[0]?.id}
              onDelete={leaveAndRemove}
              onRename={rename}
            />
          ))}
        </section>
      ))}
      {shown && hasMore && (
        <button
          className="mt-3 rounded-md px-2 py-1.5 text-quiet text-sm hover:bg-hover hover:text-ink"
          onClick={loadMore}
          ref={moreButton}
          type="button"
        >
          {text.conversations.more}
        </button>
      )}
    </nav>
  )
}

const never = () => () => {}
