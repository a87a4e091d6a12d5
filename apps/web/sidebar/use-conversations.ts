'use client'

import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { request } from '../request.ts'
import { text } from '../text.ts'
import { withConversation, withNewest, withOlder, withoutConversation } from './conversation-page.ts'

const SEARCH_DELAY_MS = 200

/** What one tab tells the others; empty: look for new ones. */
interface Change {
  changed?: Conversation
  deleted?: string
}

/** What happened last, for a person; with a conversation, it can be undone. */
export interface Notice {
  text: string
  deleted?: Conversation
  restored?: Conversation
  /** True: the chat that was shown is the one that was deleted. */
  wasOpen?: boolean
}

export interface Conversations {
  /** Newest first; null when they could not be loaded. */
  conversations: Conversation[] | null
  /** Those that the search found, null while it has not answered or nothing is searched for. */
  found: Conversation[] | null
  /** Whether there are older ones than those shown: of those found while something is searched for, else of all. */
  hasMore: boolean
  query: string
  setQuery: (query: string) => void
  notice: Notice | null
  dismissNotice: () => void
  loadMore: () => Promise<void>
  /** Loads the newest ones again, here and in the other tabs. */
  refresh: () => Promise<void>
  rename: (conversation: Conversation, title: string) => Promise<void>
  pickModel: (conversation: Conversation, model: string) => Promise<void>
  remove: (conversation: Conversation) => Promise<void>
  restore: (conversation: Conversation) => Promise<void>
}

/**
 * The visitor's conversations, as far as they were looked at, in step with the other tabs.
 *
 * @param initial what the server rendered
 */
export function useConversations(initial: ConversationPage | null): Conversations {
  const [page, setPage] = useState(initial)
  const [found, setFound] = useState<ConversationPage | null>(null)
  const [query, setQuery] = useState('')
  const [notice, setNotice] = useState<Notice | null>(null)
  const search = query.trim()

  const changes = useRef({ made: 0, running: Promise.resolve() })
  const apply = useCallback(({ changed, deleted }: Change) => {
    changes.current.made++
    const change = (shown: ConversationPage | null) => {
      if (shown && changed) return withConversation(shown, changed)
      return shown && deleted ? withoutConversation(shown, deleted) : shown
    }
    setPage(change)
    setFound((shown) => {
      // The search decides whether a restored conversation is among what it found; a renamed one stays in sight.
      const known = shown?.items.some(({ id }) => id === changed?.id)
      return changed && !known ? shown : change(shown)
    })
  }, [])

  const load = useCallback(async (): Promise<void> => {
    const { made } = changes.current
    const newest = await getPage({})
    await changes.current.running
    // What was asked for before a change had ended may not know it.
    if (changes.current.made !== made) return load()
    if (newest) setPage((shown) => withNewest(shown, newest))
  }, [])

  const tell = useOtherTabs(
    useCallback(
      (change: Change) => {
        apply(change)
        if (!change.changed && !change.deleted && !document.hidden) void load()
      },
      [apply, load],
    ),
  )

  useEffect(() => {
    const onVisible = () => void (!document.hidden && load())
    document.addEventListener('visibilitychange', onVisible)
    return () => document.removeEventListener('visibilitychange', onVisible)
  }, [load])

  useEffect(() => {
    setFound(null)
    if (!search) return
    let current = true
    const timer = setTimeout(async () => {
      const first = await getPage({ query: search })
      if (!current) return
      setFound(first)
      if (!first) setNotice({ text: text.conversations.unavailable })
    }, SEARCH_DELAY_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [search])

  const loading = useRef(false)
  const shown = search ? found : page
  const cursor = shown?.nextCursor ?? null
  const loadMore = useCallback(async () => {
    if (cursor === null || loading.current) return
    loading.current = true
    const older = await getPage({ cursor, ...(search && { query: search }) })
    loading.current = false
    // Nothing when the list was loaded anew meanwhile, and this page no longer is the one that follows.
    const append = (now: ConversationPage | null) => (older && now?.nextCursor === cursor ? withOlder(now, older) : now)
    if (search) setFound(append)
    else setPage(append)
  }, [cursor, search])

  const actions = useMemo(() => {
    const change = (work: () => Promise<void>) => {
      const { running } = changes.current
      const ended = work().finally(() => changes.current.made++)
      changes.current.running = Promise.allSettled([running, ended]).then(() => {})
      return ended
    }
    return {
      refresh: async () => {
        tell({})
        await load()
      },
      rename: (conversation: Conversation, title: string) =>
        change(async () => {
          setNotice(null)
          apply({ changed: { ...conversation, title } })
          const changed = await request<Conversation>('PATCH', `/conversations/${conversation.id}`, { title })
          apply({ changed: changed ?? conversation })
          if (changed) tell({ changed })
          else setNotice({ text: text.conversations.notRenamed })
        }),
      pickModel: (conversation: Conversation, model: string) =>
        change(async () => {
          // Without a way back: the next question names the model too, so it holds even when this fails.
          apply({ changed: { ...conversation, model } })
          const changed = await request<Conversation>('PATCH', `/conversations/${conversation.id}`, { model })
          if (changed) tell({ changed })
        }),
      remove: (conversation: Conversation) =>
        change(async () => {
          const wasOpen = location.pathname === `/c/${conversation.id}`
          apply({ deleted: conversation.id })
          const done = await request('DELETE', `/conversations/${conversation.id}`)
          if (done) tell({ deleted: conversation.id })
          else apply({ changed: conversation })
          setNotice(
            done
              ? { text: text.conversations.deleted(conversation.title), deleted: conversation, wasOpen }
              : { text: text.conversations.notDeleted },
          )
        }),
      restore: (conversation: Conversation) =>
        change(async () => {
          const restored = await request<Conversation>('POST', `/conversations/${conversation.id}/restore`)
          if (!restored) return setNotice({ text: text.conversations.notRestored })
          apply({ changed: restored })
          tell({ changed: restored })
          setNotice({ text: text.conversations.restored, restored })
        }),
      dismissNotice: () => setNotice(null),
    }
  }, [apply, load, tell])

  return {
    conversations: page?.items ?? null,
    found: search ? (found?.items ?? null) : null,
    hasMore: cursor !== null,
    query,
    setQuery,
    notice,
    loadMore,
    ...actions,
  }
}

/** @returns tells the other tabs of a change */
function useOtherTabs(onChange: (change: Change) => void): (change: Change) => void {
  const channel = useRef<BroadcastChannel>(null)
  useEffect(() => {
    const opened = new BroadcastChannel('conversations')
    opened.onmessage = ({ data }: MessageEvent<Change>) => onChange(data)
    channel.current = opened
    return () => opened.close()
  }, [onChange])
  return useCallback((change) => channel.current?.postMessage(change), [])
}

const getPage = (filter: { query?: string; cursor?: string }) =>
  request<ConversationPage>('GET', `/conversations?${new URLSearchParams({ limit: '50', ...filter })}`)
