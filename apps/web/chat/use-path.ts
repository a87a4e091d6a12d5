'use client'

import type { Chat } from '@ai-sdk/react'
import type { ConversationWithMessages } from '@repo/contract/conversation'
import type { ChatMessage, Feedback } from '@repo/contract/message'
import { useCallback, useEffect, useState } from 'react'
import { request } from '../request.ts'
import { isBusy } from './session.ts'

export type Versions = ConversationWithMessages['versions']

export interface Path {
  /** Of each shown message that has versions beside it: all, oldest first. */
  versions: Versions
  /** Shows the newest path through a message as the API has it. False when that did not work, or an answer is running. */
  show: (messageId: string) => Promise<boolean>
  /** Notes that a message was put beside another one. */
  addVersion: (of: string, version: string) => void
  setFeedback: (messageId: string, feedback: Feedback | null) => void
}

/**
 * The way through the conversation's versions that is shown. Only this changes what is on the page without a turn.
 *
 * @param stored what the page was loaded with
 */
export function usePath(
  session: Chat<ChatMessage>,
  stored: Pick<ConversationWithMessages, 'messages' | 'versions'>,
): Path {
  const [versions, setVersions] = useState(stored.versions)

  const show = useCallback(
    async (messageId: string) => {
      const conversation = await request<ConversationWithMessages>(
        'GET',
        `/conversations/${session.id}?at=${messageId}`,
      )
      if (!conversation || isBusy(session)) return false
      session.messages = conversation.messages
      setVersions(conversation.versions)
      return true
    },
    [session],
  )

  const addVersion = useCallback((of: string, version: string) => {
    setVersions((known) => ({ ...known, [version]: [...(known[of] ?? [of]), version] }))
  }, [])

  const setFeedback = useCallback(
    (messageId: string, feedback: Feedback | null) => {
      session.messages = session.messages.map((message) =>
        message.id === messageId && message.metadata
          ? { ...message, metadata: { ...message.metadata, feedback } }
          : message,
      )
    },
    [session],
  )

  // Another tab may have gone on with this conversation: whoever comes back sees it before asking the next question.
  useEffect(() => {
    const catchUp = () => {
      const last = session.lastMessage
      const shown = last?.role === 'assistant' && last.metadata?.outcome
      if (shown && document.visibilityState === 'visible' && !isBusy(session)) void show(last.id)
    }
    // What is shown may also be a session that this page kept, with versions that it does not know.
    if (session.messages !== stored.messages) catchUp()
    document.addEventListener('visibilitychange', catchUp)
    return () => document.removeEventListener('visibilitychange', catchUp)
  }, [session, show, stored.messages])

  return { versions, show, addVersion, setFeedback }
}
