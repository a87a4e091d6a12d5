'use client'

import type { Conversation } from '@repo/contract/conversation'
import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { flushSync } from 'react-dom'
import { useAppState } from '../../conversations/app-state.tsx'
import { store, tell } from '../../conversations/changes.ts'
import type { Feature } from '../../feature.ts'
import { request } from '../../request.ts'
import { useWords } from '../../words/use-words.tsx'

export const undo: Feature = { Deleted: Undo }

function Undo({ conversation: { id }, wasOpen }: { conversation: Conversation; wasOpen: boolean }) {
  const text = useWords('undo')
  const { setNotice } = useAppState()
  const router = useRouter()
  const button = useRef<HTMLButtonElement>(null)
  // The line that had focus is gone.
  useEffect(() => button.current?.focus(), [])

  const restore = () =>
    store(async () => {
      // The list is there twice: beside the chat, and in the dialog of phones.
      const sidebar = button.current?.closest('aside, dialog')
      const restored = await request<Conversation>('POST', `/conversations/${id}/restore`)
      if (!restored) return setNotice({ text: text.notRestored })
      // At once: the line is there again, for the focus that Undo had.
      flushSync(() => {
        tell({ changed: restored })
        setNotice({ text: text.restored })
      })
      sidebar?.querySelector<HTMLElement>(`a[href="/c/${id}"]`)?.focus()
      if (wasOpen && location.pathname === '/') router.push(`/c/${id}`)
    })
  return (
    <button
      className="h-8 shrink-0 rounded-md px-2 font-medium text-accent hover:bg-hover"
      onClick={restore}
      ref={button}
      type="button"
    >
      {text.undo}
    </button>
  )
}
