'use client'

import { X } from 'lucide-react'
import { useRef } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { Slot } from '../../slot.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'

/**
 * What was done to the list last, with the way back. It stays until it is dismissed or something else is done: nobody
 * has to be fast (WCAG 2.2.1).
 */
export function LastChange() {
  const text = useWords('sidebar')
  const { notice, setNotice } = useAppState()
  const box = useRef<HTMLDivElement>(null)
  const onDismiss = () => {
    const sidebar = box.current?.parentElement
    // The field of the search, or what else stands above the list.
    const above = sidebar?.querySelector('input') ?? sidebar?.querySelector('a')
    above?.focus()
    setNotice(null)
  }
  return (
    <div ref={box} role="status">
      {notice && (
        <div className="flex items-center gap-1 rounded-lg border border-line bg-raised py-1 ps-3 pe-1 text-sm">
          <p className="line-clamp-2 min-w-0 flex-1 wrap-anywhere" dir="auto">
            {notice.text}
          </p>
          {notice.deleted && (
            <Slot
              conversation={notice.deleted}
              key={notice.deleted.id}
              name="Deleted"
              wasOpen={notice.wasOpen ?? false}
            />
          )}
          <IconButton className="size-8" label={text.dismiss} onClick={onDismiss}>
            <X size={16} />
          </IconButton>
        </div>
      )}
    </div>
  )
}
