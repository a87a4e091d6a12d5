'use client'

import { Menu, X } from 'lucide-react'
import { useRef, useState } from 'react'
import { keepPreference, useAppState } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { Slot } from '../../slot.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'
import { NewChatLink } from './new-chat-link.tsx'
import { ProductName, SidebarContent } from './sidebar-content.tsx'

export const sidebar: Feature = { Beside: Sidebar }

/**
 * Conversations beside the chat; on phones, and where they are hidden, a bar above it instead, which opens them: as a
 * dialog, or beside the chat again.
 */
function Sidebar() {
  const text = useWords('sidebar')
  const { preferences } = useAppState()
  const [hidden, setHidden] = useState(preferences.sidebar === 'hidden')
  const [inDialog, setInDialog] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  const beside = useRef<HTMLElement>(null)
  const bar = useRef<HTMLElement>(null)

  const show = (shown: boolean, focus: 'input' | 'button') => {
    if (isWide()) {
      setHidden(!shown)
      keepPreference('sidebar', shown ? 'shown' : 'hidden')
    } else if (shown) {
      setInDialog(true)
      dialog.current?.showModal()
    }
    // The button that was pressed is gone, or the field is only there now.
    requestAnimationFrame(() => {
      const place = isWide() ? (shown ? beside : bar) : dialog
      place.current?.querySelector<HTMLElement>(focus)?.focus()
    })
  }

  return (
    <>
      <Slot name="Sidebar" sidebar={{ isShown: () => isWide() && !hidden, show }} />
      {!hidden && (
        <aside
          className="hidden w-72 shrink-0 flex-col gap-2 border-line border-e bg-surface p-3 ps-[max(0.75rem,env(safe-area-inset-left))] md:flex"
          ref={beside}
        >
          <SidebarContent>
            <IconButton className="size-10" label={text.hide} onClick={() => show(false, 'button')}>
              <Menu size={20} />
            </IconButton>
          </SidebarContent>
        </aside>
      )}

      <header
        className={`flex items-center justify-between border-line border-b bg-canvas px-2 pt-[env(safe-area-inset-top)] ${hidden ? 'md:flex-col md:justify-start md:border-e md:border-b-0 md:px-1 md:py-3 [&>p]:md:hidden' : 'md:hidden'}`}
        ref={bar}
      >
        <IconButton className="size-10" label={text.open} onClick={() => show(true, 'button')}>
          <Menu size={20} />
        </IconButton>
        <ProductName />
        <NewChatLink compact />
      </header>

      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links are clicked by keyboard, too */}
      <dialog
        aria-label={text.label}
        className="fixed inset-y-0 start-0 m-0 h-dvh max-h-none w-80 max-w-[85vw] border-line border-e bg-surface text-ink backdrop:bg-black/40 open:flex md:hidden"
        closedby="any"
        // Whoever follows a link wants to see where it leads; a download leads nowhere.
        onClick={({ target }) => (target as Element).closest('a:not([download])') && dialog.current?.close()}
        onClose={() => setInDialog(false)}
        ref={dialog}
      >
        {inDialog && (
          <div className="flex min-h-0 w-full flex-col gap-2 p-3 ps-[max(0.75rem,env(safe-area-inset-left))] pt-[max(0.75rem,env(safe-area-inset-top))] pb-[max(0.75rem,env(safe-area-inset-bottom))]">
            <SidebarContent>
              <IconButton className="size-10" label={text.close} onClick={() => dialog.current?.close()}>
                <X size={20} />
              </IconButton>
            </SidebarContent>
          </div>
        )}
      </dialog>
    </>
  )
}

/** Where the sidebar stands beside the chat, rather than in a dialog above it: Tailwind's `md`. */
function isWide(): boolean {
  return matchMedia('(width >= 48rem)').matches
}
