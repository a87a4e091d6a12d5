'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useAppState } from '../chat/app-state.tsx'
import { CloseIcon, MenuIcon, PlusIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { ConversationList } from './conversation-list.tsx'

const iconButton = 'grid size-10 place-items-center rounded-lg text-quiet hover:bg-hover hover:text-ink'

/** Conversations beside the chat; on phones a bar above it, which opens them as a dialog. */
export function Sidebar() {
  const dialog = useRef<HTMLDialogElement>(null)
  const pathname = usePathname()
  useEffect(() => {
    if (pathname) dialog.current?.close()
  }, [pathname])

  return (
    <>
      <aside className="hidden w-72 shrink-0 flex-col gap-2 border-line border-e bg-surface p-3 md:flex">
        <ProductName />
        <NewChatLink />
        <ConversationList />
      </aside>

      <header className="flex items-center justify-between border-line border-b bg-canvas px-2 pt-[env(safe-area-inset-top)] md:hidden">
        <button
          aria-label={text.conversations.open}
          className={iconButton}
          onClick={() => dialog.current?.showModal()}
          type="button"
        >
          <MenuIcon size={20} />
        </button>
        <ProductName />
        <NewChatLink compact />
      </header>

      <dialog
        aria-label={text.conversations.label}
        className="fixed inset-y-0 start-0 m-0 h-dvh max-h-none w-80 max-w-[85vw] border-line border-e bg-surface text-ink backdrop:bg-black/40 open:flex md:hidden"
        closedby="any"
        ref={dialog}
      >
        <div className="flex min-h-0 w-full flex-col gap-2 p-3 pt-[max(0.75rem,env(safe-area-inset-top))]">
          <div className="flex items-center justify-between">
            <ProductName />
            <button
              aria-label={text.conversations.close}
              className={iconButton}
              onClick={() => dialog.current?.close()}
              type="button"
            >
              <CloseIcon size={20} />
            </button>
          </div>
          <NewChatLink onFollow={() => dialog.current?.close()} />
          <ConversationList />
        </div>
      </dialog>
    </>
  )
}

function ProductName() {
  return <p className="px-2 py-2 font-semibold tracking-tight">{text.product}</p>
}

function NewChatLink({ compact = false, onFollow }: { compact?: boolean; onFollow?: () => void }) {
  const { startNewChat } = useAppState()
  return (
    <Link
      aria-label={text.conversations.newChat}
      className={
        compact
          ? iconButton
          : 'flex items-center gap-2 rounded-lg border border-line bg-raised px-3 py-2 font-medium text-sm hover:border-line-strong'
      }
      href="/"
      onClick={(event) => {
        onFollow?.()
        if (event.metaKey || event.ctrlKey || event.shiftKey) return
        startNewChat()
        // At once where a chat is shown; pages without one, such as "Not found", are left by a navigation.
        if (!document.getElementById('message')) return
        event.preventDefault()
        history.pushState(null, '', '/')
      }}
      prefetch={false}
    >
      <PlusIcon size={compact ? 20 : 16} />
      {!compact && text.conversations.newChat}
    </Link>
  )
}
