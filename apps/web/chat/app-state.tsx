'use client'

import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import type { Model } from '@repo/contract/model'
import { usePathname } from 'next/navigation'
import { createContext, type ReactNode, use, useCallback, useEffect, useMemo, useState } from 'react'
import { request } from '../request.ts'
import { type Conversations, useConversations } from '../sidebar/use-conversations.ts'

interface AppState extends Conversations {
  /** The one that the address names; undefined for a new chat. */
  current: Conversation | undefined
  /** Makes one known that the server loaded with its page: it may be older than all that are listed. */
  setOpened: (conversation: Conversation) => void
  models: Model[]
  /** The model of the next question; undefined while none is known, which lets the API choose. */
  model: string | undefined
  traceUrlTemplate: string
  /** Changes with each new chat, and so makes React start one from nothing. */
  newChatKey: number
  /** For the current conversation, or for new chats. */
  selectModel: (id: string) => void
  startNewChat: () => void
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
  const list = useConversations(props.conversations)
  const [opened, setOpened] = useState<Conversation>()
  const [models, setModels] = useState(props.models)
  const [forNewChats, setForNewChats] = useState<string>()
  const [picked, setPicked] = useState<{ id: string; model: string }>()
  const [newChatKey, setNewChatKey] = useState(0)

  const id = usePathname().match(/^\/c\/([^/]+)$/)?.[1]
  const { conversations, found } = list
  const current =
    useMemo(
      () =>
        id && [...(conversations ?? []), ...(found ?? []), ...(opened ? [opened] : [])].find((one) => one.id === id),
      [id, conversations, found, opened],
    ) || undefined

  const { refresh: refreshList, pickModel } = list
  const refresh = useCallback(async () => {
    await refreshList()
    if (models.length > 0) return
    const offered = await request<Model[]>('GET', '/models')
    if (offered) setModels(offered)
  }, [refreshList, models.length])

  const selectModel = useCallback((model: string) => (id ? setPicked({ id, model }) : setForNewChats(model)), [id])
  // A new conversation has its address before it is listed, and its model can be changed from then on.
  useEffect(() => {
    if (!current || current.id !== picked?.id) return
    setPicked(undefined)
    setOpened((known) => (known?.id === current.id ? { ...known, model: picked.model } : known))
    void pickModel(current, picked.model)
  }, [current, picked, pickModel])
  const startNewChat = useCallback(() => setNewChatKey((key) => key + 1), [])

  const ofConversation = picked && picked.id === id ? picked.model : current ? current.model : forNewChats
  const state: AppState = {
    ...list,
    current,
    setOpened,
    models,
    // A model that is no longer offered leaves the choice to the default.
    model: (models.find((model) => model.id === ofConversation) ?? models.find((model) => model.default))?.id,
    traceUrlTemplate,
    newChatKey,
    selectModel,
    startNewChat,
    refresh,
  }
  return <Context value={state}>{children}</Context>
}

export function useAppState(): AppState {
  const state = use(Context)
  if (!state) throw new Error('useAppState needs an AppStateProvider above it')
  return state
}
