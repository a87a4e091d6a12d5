'use client'

import { useCallback, useMemo, useSyncExternalStore } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import type { ListProps } from '../../feature.ts'
import { Slot } from '../../slot.tsx'
import { useLanguage, useWords } from '../../words/use-words.tsx'
import { ConversationChunk, chunksOf } from './conversation-chunk.tsx'
import { groupByDay } from './group-by-day.ts'
import { useActions } from './use-actions.ts'

/** How far before the end older ones are asked for. */
const NEAR = '400px'

/** All conversations by day; older ones come as one scrolls to the end. */
export function ConversationList() {
  const text = useWords('sidebar')
  const { list, refresh } = useAppState()
  const { page, loadMore } = list
  // What "today" is depends on the reader's time zone, which the server does not know: the list waits for the browser.
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  return (
    <Slot List={List} name="SidebarList">
      {inBrowser ? (
        <List onMore={loadMore} page={page}>
          {page === null && (
            <p className="px-2 py-2 text-quiet text-sm">
              {text.unavailable}{' '}
              <button className="underline underline-offset-2 hover:text-ink" onClick={refresh} type="button">
                {text.tryAgain}
              </button>
            </p>
          )}
          {page?.items.length === 0 && <p className="px-2 py-2 text-quiet text-sm">{text.none}</p>}
        </List>
      ) : (
        <div className="flex-1" />
      )}
    </Slot>
  )
}

function List({ page, onMore, children }: ListProps) {
  const text = useWords('sidebar')
  const language = useLanguage()
  const { current } = useAppState()
  const { rename, remove } = useActions()
  const groups = useMemo(() => groupByDay(page?.items ?? [], new Date(), text, language), [page, text, language])
  const moreButton = useCallback(
    (button: HTMLElement | null) => {
      if (!button) return
      // Several of its appearances can be told at once.
      const seen = (entries: IntersectionObserverEntry[]) =>
        void (entries.some(({ isIntersecting }) => isIntersecting) && onMore())
      const observer = new IntersectionObserver(seen, { root: button.closest('nav'), rootMargin: NEAR })
      observer.observe(button)
      return () => observer.disconnect()
    },
    [onMore],
  )
  return (
    <nav aria-label={text.label} className="-mx-1 min-h-0 flex-1 overflow-y-auto overscroll-contain px-1 pb-3">
      {children}
      {groups.map(({ label, items }) => (
        <section key={label}>
          <h2 className="px-2 pt-4 pb-1 font-medium text-quiet text-xs">{label}</h2>
          {chunksOf(items).map((chunk) => (
            <ConversationChunk
              current={chunk.find(({ id }) => id === current?.id)?.id}
              items={chunk}
              key={chunk[0]?.id}
              onDelete={remove}
              onRename={rename}
            />
          ))}
        </section>
      ))}
      {page?.nextCursor && (
        <button
          className="mt-3 rounded-md px-2 py-1.5 text-quiet text-sm hover:bg-hover hover:text-ink"
          onClick={onMore}
          ref={moreButton}
          type="button"
        >
          {text.more}
        </button>
      )}
    </nav>
  )
}

const never = () => () => {}
