'use client'

import type { ConversationWithMessages } from '@repo/contract/conversation'
import { useCallback, useEffect, useState } from 'react'
import { request } from '../../request.ts'
import { isBusy, type Session } from './session.ts'

export type StoredPath = Pick<ConversationWithMessages, 'messages' | 'versions'>

/**
 * The way through the conversation's versions that is shown. Only this changes what is on the page without a turn.
 *
 * @param stored what the page was loaded with
 * @returns `versions` of each shown message that has some beside it, all, oldest first; `show` for the newest path
 * through a message, which is false when that did not work, or an answer is running; `addVersion` to note that a message
 * was put beside another one
 */
export function useStoredPath(session: Session, stored: StoredPath) {
  const [versions, setVersions] = useState(stored.versions)

  const show = useCallback(
    async (messageId: string) => {
      const path = await request<StoredPath>('GET', `/conversations/${session.id}?at=${messageId}`)
      if (!path || isBusy(session)) return false
      session.messages = path.messages
      setVersions(path.versions)
      return true
    },
    [session],
  )
  const addVersion = useCallback((of: string, version: string) => {
    setVersions((known) => ({ ...known, [version]: [...(known[of] ?? [of]), version] }))
  }, [])

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

  return { versions, show, addVersion }
}
