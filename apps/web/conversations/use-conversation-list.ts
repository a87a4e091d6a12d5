'use client'

import type { ConversationPage } from '@repo/contract/conversation'
import { useCallback, useRef, useState } from 'react'
import { request } from '../request.ts'
import { type Change, loadSettled, useChanges } from './changes.ts'
import { withConversation, withNewest, withOlder, withoutConversation } from './conversation-page.ts'

/**
 * The visitor's conversations, or some of them, in step with what is changed here and in the other tabs.
 *
 * @param initial what is known already
 * @param query only those that it finds. Then the server alone says which these are: a changed one stays in sight, and
 * none is added.
 */
export function useConversationList(initial: ConversationPage | null, query?: string) {
  /** Newest first, as far as they were looked at; null when they could not be loaded, or are not yet. */
  const [page, setPage] = useState(initial)

  /** Loads the newest ones again. False when that did not work. */
  const load = useCallback(async () => {
    const newest = await loadSettled(() => getPage({ query }))
    if (newest) setPage((shown) => (query ? newest : withNewest(shown, newest)))
    return newest !== null
  }, [query])

  const onChange = useCallback(
    ({ changed, deleted }: Change) => {
      if (!changed && !deleted && !query && !document.hidden) void load()
      setPage((shown) => {
        if (shown && deleted) return withoutConversation(shown, deleted)
        const known = !query || shown?.items.some(({ id }) => id === changed?.id)
        return shown && changed && known ? withConversation(shown, changed) : shown
      })
    },
    [load, query],
  )
  useChanges(onChange)

  const loading = useRef(false)
  const cursor = page?.nextCursor ?? undefined
  const loadMore = useCallback(async () => {
    if (!cursor || loading.current) return
    loading.current = true
    const older = await getPage({ cursor, query })
    loading.current = false
    // Nothing when the list was loaded anew meanwhile, and this page no longer is the one that follows.
    setPage((shown) => (older && shown?.nextCursor === cursor ? withOlder(shown, older) : shown))
  }, [cursor, query])

  return { page, load, loadMore }
}

function getPage(filter: { query?: string | undefined; cursor?: string | undefined }) {
  const given = Object.entries({ limit: '50', ...filter }).flatMap(([key, value]) => (value ? [[key, value]] : []))
  return request<ConversationPage>('GET', `/conversations?${new URLSearchParams(given)}`)
}
