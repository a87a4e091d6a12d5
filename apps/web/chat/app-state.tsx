'use client'

import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import type { Model } from '@repo/contract/model'
import { createContext, type ReactNode, use, useCallback, useMemo, useState } from 'react'

interface AppState {
  /** Newest first; null when they could not be loaded. */
  conversations: Conversation[] | null
  /** Null when all are shown. */
  nextCursor: string | null
  models: Model[]
  /** The selected model; undefined while none is known, which lets the API choose. */
  model: string | undefined
  traceUrlTemplate: string
  /** Changes with each new chat, and so makes React start one from nothing. */
  newChatKey: number
  selectModel: (id: string) => void
  startNewChat: () => void
  /** Loads the newest conversations again, and the models if there are none yet. */
  refresh: () => Promise<void>
  loadMore: () => Promise<void>
}

const Context = createContext<AppState | null>(null)

/** What sidebar and chat share. The layout gives the first state, so that nothing flickers in after the page. */
export function AppStateProvider(
  props: Pick<AppState, 'models' | 'traceUrlTemplate'> & {
    conversations: ConversationPage | null
    children: ReactNode
  },
) {
  const { traceUrlTemplate, children } = props
  const [page, setPage] = useState(props.conversations)
  const [models, setModels] = useState(props.models)
  const [selected, selectModel] = useState<string>()
  const [newChatKey, setNewChatKey] = useState(0)

  const refresh = useCallback(async () => {
    const newest = await getJson<ConversationPage>('/api/conversations?limit=50')
    setPage((current) => (newest ? merge(newest, current) : current))
    if (models.length === 0) setModels((await getJson<Model[]>('/api/models')) ?? [])
  }, [models.length])

  const cursor = page?.nextCursor ?? null
  const loadMore = useCallback(async () => {
    const older =
      cursor && (await getJson<ConversationPage>(`/api/conversations?limit=50&cursor=${encodeURIComponent(cursor)}`))
    if (older)
      setPage((current) => ({ items: [...(current?.items ?? []), ...older.items], nextCursor: older.nextCursor }))
  }, [cursor])

  const startNewChat = useCallback(() => setNewChatKey((key) => key + 1), [])

  const state = useMemo(
    () => ({
      conversations: page?.items ?? null,
      nextCursor: cursor,
      models,
      model: selected ?? models.find((model) => model.default)?.id,
      traceUrlTemplate,
      newChatKey,
      selectModel,
      startNewChat,
      refresh,
      loadMore,
    }),
    [page, cursor, models, selected, traceUrlTemplate, newChatKey, startNewChat, refresh, loadMore],
  )
  return <Context value={state}>{children}</Context>
}

export function useAppState(): AppState {
  const state = use(Context)
  if (!state) throw new Error('useAppState needs an AppStateProvider above it')
  return state
}

/** A newest page in front of what was already shown, so that a refresh does not fold older pages away. */
function merge(newest: ConversationPage, current: ConversationPage | null): ConversationPage {
  if (!current || newest.nextCursor === null) return newest
  const ids = new Set(newest.items.map(({ id }) => id))
  const older = current.items.filter(({ id }) => !ids.has(id))
  return older.length > 0 ? { items: [...newest.items, ...older], nextCursor: current.nextCursor } : newest
}

async function getJson<T>(url: string): Promise<T | null> {
  try {
    const response = await fetch(url)
    return response.ok ? await response.json() : null
  } catch {
    return null
  }
}
