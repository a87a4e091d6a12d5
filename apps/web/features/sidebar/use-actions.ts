'use client'

import type { Conversation } from '@repo/contract/conversation'
import { useMemo } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { show, store, tell } from '../../conversations/changes.ts'
import { request } from '../../request.ts'
import { useWords } from '../../words/use-words.tsx'

/** What can be done with a conversation of the list. It is shown at once, and taken back when it does not work. */
export function useActions() {
  const text = useWords('sidebar')
  const { setNotice, startNewChat } = useAppState()
  return useMemo(
    () => ({
      rename: (conversation: Conversation, title: string) =>
        store(async () => {
          setNotice(null)
          show({ changed: { ...conversation, title } })
          const changed = await request<Conversation>('PATCH', `/conversations/${conversation.id}`, { title })
          if (changed) return tell({ changed })
          show({ changed: conversation })
          setNotice({ text: text.notRenamed })
        }),
      remove: (conversation: Conversation) =>
        store(async () => {
          const { id, title } = conversation
          const wasOpen = location.pathname === `/c/${id}`
          show({ deleted: id })
          if (wasOpen) {
            startNewChat()
            history.pushState(null, '', '/')
          }
          if (await request('DELETE', `/conversations/${id}`)) {
            tell({ deleted: id })
            return setNotice({ text: text.deleted({ title }), deleted: conversation, wasOpen })
          }
          show({ changed: conversation })
          setNotice({ text: text.notDeleted })
        }),
    }),
    [setNotice, startNewChat, text],
  )
}
