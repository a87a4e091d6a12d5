'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useSyncExternalStore } from 'react'
import { useAppState } from '../chat/app-state.tsx'
import { text } from '../text.ts'
import { groupByDay } from './group-by-day.ts'

export function ConversationList() {
  const { conversations, nextCursor, refresh, loadMore } = useAppState()
  const pathname = usePathname()
  // What "today" is depends on the reader's time zone, which the server does not know: the list waits for the browser.
  const inBrowser = useSyncExternalStore(
    never,
    () => true,
    () => false,
  )
  if (!inBrowser) return null

  return (
    <nav aria-label={text.conversations.label} className="-mx-1 min-h-0 flex-1 overflow-y-auto px-1 pb-3">
      {conversations === null && (
        <p className="px-2 py-2 text-quiet text-sm">
          {text.conversations.unavailable}{' '}
          <button className="underline underline-offset-2 hover:text-ink" onClick={refresh} type="button">
            {text.conversations.tryAgain}
          </button>
        </p>
      )}
      {conversations?.length === 0 && <p className="px-2 py-2 text-quiet text-sm">{text.conversations.none}</p>}
      {groupByDay(conversations ?? [], new Date()).map(({ label, items }) => (
        <section key={label}>
          <h2 className="px-2 pt-4 pb-1 font-medium text-quiet text-xs">{label}</h2>
          <ul>
            {items.map(({ id, title }) => (
              <li key={id}>
                <Link
                  aria-current={pathname === `/c/${id}` ? 'page' : undefined}
                  className="block truncate rounded-md px-2 py-1.5 text-sm hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium"
                  dir="auto"
                  href={`/c/${id}`}
                  prefetch={false}
                  title={title}
                >
                  {title}
                </Link>
              </li>
            ))}
          </ul>
        </section>
      ))}
      {nextCursor && (
        <button
          className="mt-3 rounded-md px-2 py-1.5 text-quiet text-sm hover:bg-hover hover:text-ink"
          onClick={loadMore}
          type="button"
        >
          {text.conversations.more}
        </button>
      )}
    </nav>
  )
}

const never = () => () => {}
