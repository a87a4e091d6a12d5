'use client'

import { Plus } from 'lucide-react'
import Link from 'next/link'
import { useAppState } from '../../conversations/app-state.tsx'
import { useWords } from '../../words/use-words.tsx'

/** @param compact only the icon */
export function NewChatLink({ compact = false }: { compact?: boolean }) {
  const text = useWords('sidebar')
  const { startNewChat } = useAppState()
  return (
    <Link
      aria-label={text.newChat}
      className={
        compact
          ? 'grid size-10 place-items-center rounded-lg text-quiet hover:bg-hover hover:text-ink'
          : 'flex items-center gap-2 rounded-lg border border-line bg-raised px-3 py-2 font-medium text-sm hover:border-line-strong'
      }
      data-new-chat
      href="/"
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        startNewChat()
        // At once where a chat is shown; pages without one, such as "Not found", are left by a navigation.
        if (!document.getElementById('message')) return
        event.preventDefault()
        history.pushState(null, '', '/')
      }}
      prefetch={false}
    >
      <Plus size={compact ? 20 : 16} />
      {!compact && text.newChat}
    </Link>
  )
}
