'use client'

import type { ConversationWithMessages } from '@repo/contract/conversation'
import { usePathname } from 'next/navigation'
import { useEffect, useMemo } from 'react'
import { useAppState } from '../conversations/app-state.tsx'
import { useWords } from '../words/use-words.tsx'
import { Chat } from './chat.tsx'
import { hasSession, newId } from './turn/session.ts'

interface Props {
  /** The conversation that the server loaded; none for a new chat. */
  loaded?: ConversationWithMessages
}

/**
 * The conversation that the address names, or a new one at `/`, whose id is made here and which the API creates with
 * its first message. New chats and first messages change the address without asking the server for a page, so it may
 * be another conversation than the one that was loaded; "Back" and "Forward" go through them in the same way.
 */
export function Conversation({ loaded }: Props) {
  const { product } = useWords('core')
  const { newChatKey, current, setOpened } = useAppState()
  const fresh = useMemo(() => freshId(newChatKey), [newChatKey])
  const addressed = usePathname().match(/^\/c\/([^/]+)$/)?.[1]
  const id = addressed ?? fresh
  const unknown = id !== fresh && id !== loaded?.id && !hasSession(id)

  useEffect(() => {
    if (unknown) location.reload()
  }, [unknown])

  useEffect(() => {
    if (loaded) setOpened(loaded)
  }, [loaded, setOpened])

  const title = current?.title ?? (id === loaded?.id ? loaded.title : undefined)
  useEffect(() => {
    document.title = title ? `${title} · ${product}` : product
  }, [title, product])

  return <Chat id={id} key={id} stored={id === loaded?.id ? loaded : nothing} title={title ?? product} />
}

/** Another one for each key. */
const freshId = (_key: number): string => newId()

const nothing = { messages: [], versions: {} }
