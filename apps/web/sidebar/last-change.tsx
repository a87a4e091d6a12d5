'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useAppState } from '../chat/app-state.tsx'
import { CloseIcon } from '../icons.tsx'
import { text } from '../text.ts'

/**
 * What was done to the list last, with the way back. It stays until it is dismissed or something else is done: nobody
 * has to be fast (WCAG 2.2.1).
 */
export function LastChange() {
  const { notice, dismissNotice, restore } = useAppState()
  const router = useRouter()
  const box = useRef<HTMLDivElement>(null)
  const undo = useRef<HTMLButtonElement>(null)

  // What had focus is gone: the deleted line, or Undo.
  const { deleted, restored } = notice ?? {}
  useEffect(() => {
    if (deleted) undo.current?.focus()
    if (restored) sibling(box.current, `a[href="/c/${restored.id}"]`)?.focus()
  }, [deleted, restored])

  const onUndo = async () => {
    if (!notice?.deleted) return
    await restore(notice.deleted)
    if (notice.wasOpen && location.pathname === '/') router.push(`/c/${notice.deleted.id}`)
  }
  const onDismiss = () => {
    sibling(box.current, 'input')?.focus()
    dismissNotice()
  }

  return (
    <div ref={box} role="status">
      {notice && (
        <div className="flex items-center gap-1 rounded-lg border border-line bg-raised py-1 ps-3 pe-1 text-sm">
          <p className="line-clamp-2 min-w-0 flex-1 wrap-anywhere" dir="auto">
            {notice.text}
          </p>
          {deleted && (
            <button
              className="h-8 shrink-0 rounded-md px-2 font-medium text-accent hover:bg-hover"
              onClick={onUndo}
              ref={undo}
              type="button"
            >
              {text.conversations.undo}
            </button>
          )}
          <button
            aria-label={text.conversations.dismiss}
            className="grid size-8 shrink-0 place-items-center rounded-md text-quiet hover:bg-hover hover:text-ink"
            onClick={onDismiss}
            type="button"
          >
            <CloseIcon size={16} />
          </button>
        </div>
      )}
    </div>
  )
}

/** The list is there twice: beside the chat, and in the dialog of phones. */
function sibling(element: HTMLElement | null, selector: string): HTMLElement | null {
  return element?.parentElement?.querySelector<HTMLElement>(selector) ?? null
}
