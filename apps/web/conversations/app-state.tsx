'use client'

import type { Conversation, ConversationPage } from '@repo/contract/conversation'
import type { Model } from '@repo/contract/model'
import { usePathname } from 'next/navigation'
import { createContext, type ReactNode, use, useCallback, useState } from 'react'
import { request } from '../request.ts'
import { type Change, tell, useChanges } from './changes.ts'
import { useConversationList } from './use-conversation-list.ts'

/** What happened last, for a person. */
export interface Notice {
  text: string
  deleted?: Conversation
  /** True: the chat that was shown is the one that was deleted. */
  wasOpen?: boolean
}

interface Given {
  conversations: ConversationPage | null
  models: Model[]
  /** Of features, by name. */
  settings: Record<string, unknown>
  /** What was kept when the page was loaded. The server knows it too, so that nothing jumps. */
  preferences: Record<string, string>
}

type AppState = ReturnType<typeof useSharedState>
const Context = createContext<AppState | null>(null)

/** What sidebar and chat share. The layout gives the first state, so that nothing flickers in after the page. */
export function AppStateProvider({ children, ...given }: Given & { children: ReactNode }) {
  return <Context value={useSharedState(given)}>{children}</Context>
}

function useSharedState({ conversations, settings, preferences, ...given }: Given) {
  const list = useConversationList(conversations)
  const [notice, setNotice] = useState<Notice | null>(null)
  /** One that the server loaded with its page: it may be older than all that are listed. */
  const [opened, setOpened] = useState<Conversation>()
  const [models, setModels] = useState(given.models)
  /** Models that were picked and are not stored, by conversation; of new chats by ''. */
  const [picked, setPicked] = useState<Record<string, string>>({})
  /** Changes with each new chat, and so makes React start one from nothing. */
  const [newChatKey, setNewChatKey] = useState(0)

  const id = usePathname().match(/^\/c\/([^/]+)$/)?.[1]
  /** The one that the address names; undefined for a new chat. */
  const current = [...(list.page?.items ?? []), ...(opened ? [opened] : [])].find((one) => one.id === id)
  const keepOpened = useCallback(({ changed }: Change) => {
    if (changed) setOpened((known) => (known?.id === changed.id ? changed : known))
  }, [])
  useChanges(keepOpened)

  /** Loads the newest conversations again, here and in the other tabs. */
  const refresh = useCallback(async () => {
    tell({})
    const offered = models.length === 0 && (await request<Model[]>('GET', '/models'))
    if (offered) setModels(offered)
  }, [models.length])

  const startNewChat = useCallback(() => setNewChatKey((key) => key + 1), [])

  const ofConversation = picked[id ?? ''] ?? (current ? current.model : picked[''])
  // A model that is no longer offered leaves the choice to the default; while none is known, to the API.
  const model = (models.find((model) => model.id === ofConversation) ?? models.find((model) => model.default))?.id
  return {
    ...{ list, notice, setNotice, current, setOpened, models, model, newChatKey, picked, setPicked },
    ...{ startNewChat, refresh, settings, preferences },
  }
}

export function useAppState(): AppState {
  const state = use(Context)
  if (!state) throw new Error('useAppState needs an AppStateProvider above it')
  return state
}

/** What the server tells a feature (server/features.ts). */
export function useSettings<Settings>(feature: string): Settings {
  return useAppState().settings[feature] as Settings
}

/** In a cookie, so that the server has it for the next page (app/layout.tsx). */
export function keepPreference(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `ui-${name}=${value}; path=/; max-age=31536000; samesite=lax`
}
