'use client'

import { lazy, Suspense, useRef, useState } from 'react'
import { CloseIcon, MenuIcon } from '../icons.tsx'
import { useShortcuts } from '../shortcuts/use-shortcuts.ts'
import { text } from '../text.ts'
import { NewChatLink } from './new-chat-link.tsx'
import { ProductName, SidebarContent } from './sidebar-content.tsx'
import { isWide, keepSidebarHidden } from './visibility.ts'

const HelpSheet = lazy(() => import('../shortcuts/help-sheet.tsx'))

const iconButton = 'grid size-10 shrink-0 place-items-center rounded-lg text-quiet hover:bg-hover hover:text-ink'

/**
 * Conversations beside the chat; on phones, and where they are hidden, a bar above it instead, which opens them: as a
 * dialog, or beside the chat again.
 *
 * @param initiallyHidden as it was left; the server knows it too, so that nothing jumps
 */
export function Sidebar({ initiallyHidden }: { initiallyHidden: boolean }) {
  const [hidden, setHidden] = useState(initiallyHidden)
  const [inDialog, setInDialog] = useState(false)
  const [helping, setHelping] = useState(false)
  const dialog = useRef<HTMLDialogElement>(null)
  const beside = useRef<HTMLElement>(null)

  const show = (shown: boolean, focus: 'input' | 'button') => {
    if (isWide()) {
      setHidden(!shown)
      keepSidebarHidden(!shown)
    } else if (shown) {
      setInDialog(true)
      dialog.current?.showModal()
    }
    // The button that was pressed is gone, or the field is only there now.
    requestAnimationFrame(() => {
      const place = isWide() ? (shown ? beside.current : document.querySelector('header')) : dialog.current
      place?.querySelector<HTMLElement>(focus)?.focus()
    })
  }
  const openHelp = () => {
    dialog.current?.close()
    setHelping(true)
  }

  useShortcuts({
    newChat: () => document.querySelector<HTMLElement>('[data-new-chat]')?.click(),
    search: () => show(true, 'input'),
    message: () => document.getElementById('message')?.focus(),
    // What its own button does, with its own confirmation.
    copy: () => [...document.querySelectorAll<HTMLElement>(`[aria-label="${text.message.copy}"]`)].at(-1)?.click(),
    sidebar: () => show(isWide() ? hidden : true, 'button'),
    help: openHelp,
  })

  return (
    <>
      {!hidden && (
        <aside
          className="hidden w-72 shrink-0 flex-col gap-2 border-line border-e bg-surface p-3 ps-[max(0.75rem,env(safe-area-inset-left))] md:flex"
          ref={beside}
        >
          <SidebarContent
            closeButton={
              <button
                aria-label={text.conversations.hide}
                className={iconButton}
                onClick={() => show(false, 'button')}
                title={text.conversations.hide}
                type="button"
              >
                <MenuIcon size={20} />
              </button>
            }
            onHelp={openHelp}
          />
        </aside>
      )}

      <header
        className={`flex items-center justify-between border-line border-b bg-canvas px-2 pt-[env(safe-area-inset-top)] ${hidden ? 'md:flex-col md:justify-start md:border-e md:border-b-0 md:px-1 md:py-3 [&>p]:md:hidden' : 'md:hidden'}`}
      >
        <button
          aria-label={text.conversations.open}
          className={iconButton}
          onClick={() => show(true, 'button')}
          type="button"
        >
          <MenuIcon size={20} />
        </button>
        <ProductName />
        <NewChatLink compact />
      </header>

      {/* biome-ignore lint/a11y/useKeyWithClickEvents: links are clicked by keyboard, too */}
      <dialog
        aria-label={text.conversations.label}
        className="fixed inset-y-0 start-0 m-0 h-dvh max-h-none w-80 max-w-[85vw] border-line border-e bg-surface text-ink backdrop:bg-black/40 open:flex md:hidden"
        closedby="any"
        // Whoever follows a link wants to see where it leads; a download leads nowhere.
        onClick={({ target }) => (target as Element).closest('a:not([download])') && dialog.current?.close()}
        onClose={() => setInDialog(false)}
        ref={dialog}
      >
        {inDialog && (
          <div className="flex min-h-0 w-full flex-col gap-2 p-3 ps-[max(0.75rem,env(safe-area-inset-left))] pt-[max(0.75rem,env(safe-area-inset-top))] pb-[max(0.75rem,env(safe-area-inset-bottom))]">
            <SidebarContent
              closeButton={
                <button
                  aria-label={text.conversations.close}
                  className={iconButton}
                  onClick={() => dialog.current?.close()}
                  type="button"
                >
                  <CloseIcon size={20} />
                </button>
              }
              onHelp={openHelp}
            />
          </div>
        )}
      </dialog>
      {helping && (
        <Suspense>
          <HelpSheet onClose={() => setHelping(false)} />
        </Suspense>
      )}
    </>
  )
}
