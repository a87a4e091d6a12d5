'use client'

import type { Conversation } from '@repo/contract/conversation'
import { Ellipsis, Pencil, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { Slot } from '../../slot.tsx'
import { useWords } from '../../words/use-words.tsx'
import { Menu } from './menu.tsx'

/** The height of a line, in rem. */
export const LINE_REM = 2

const TITLE_LENGTH = 200

interface Props {
  conversation: Conversation
  current: boolean
  onRename: (conversation: Conversation, title: string) => void
  onDelete: (conversation: Conversation) => void
}

/** A line of the list: its link, and a menu that is there only while it is open. */
export function ConversationItem({ conversation, current, onRename, onDelete }: Props) {
  const text = useWords('sidebar')
  const { id, title } = conversation
  const [menu, setMenu] = useState(false)
  const [renaming, setRenaming] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const link = useRef<HTMLAnchorElement>(null)

  const endRenaming = (to: string | null) => {
    setRenaming(false)
    if (to && to !== title) onRename(conversation, to)
    // The field is gone, and focus with it.
    requestAnimationFrame(() => document.activeElement === document.body && link.current?.focus())
  }

  return (
    <li className="group relative" style={{ height: `${LINE_REM}rem` }}>
      {renaming ? (
        <TitleField onEnd={endRenaming} title={title} />
      ) : (
        <>
          <Link
            aria-current={current ? 'page' : undefined}
            className="block truncate rounded-md py-1.5 ps-2 pe-9 text-sm hover:bg-hover focus-visible:-outline-offset-2 group-hover:bg-hover aria-[current=page]:bg-hover aria-[current=page]:font-medium"
            dir="auto"
            href={`/c/${id}`}
            prefetch={false}
            ref={link}
            title={title}
          >
            {title}
          </Link>
          <button
            aria-expanded={menu}
            aria-haspopup="menu"
            aria-label={text.options({ title })}
            className="absolute end-0.5 top-0.5 grid size-7 place-items-center rounded-md text-quiet opacity-0 hover:text-ink focus-visible:opacity-100 focus-visible:-outline-offset-2 group-hover:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
            onClick={() => setMenu(true)}
            ref={button}
            type="button"
          >
            <Ellipsis size={16} />
          </button>
        </>
      )}
      {menu && button.current && (
        <Menu anchor={button.current} label={text.options({ title })} onClose={() => setMenu(false)}>
          <button onClick={() => setRenaming(true)} role="menuitem" type="button">
            <Pencil size={16} /> {text.rename}
          </button>
          <Slot conversation={conversation} name="ConversationMenu" />
          <button className="text-danger" onClick={() => onDelete(conversation)} role="menuitem" type="button">
            <Trash2 size={16} /> {text.delete}
          </button>
        </Menu>
      )}
    </li>
  )
}

/** @param onEnd gets the new title, or null to leave it as it is */
function TitleField({ title, onEnd }: { title: string; onEnd: (title: string | null) => void }) {
  const { newTitle } = useWords('sidebar')
  const field = useRef<HTMLInputElement>(null)
  const ended = useRef(false)
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  // Leaving the field by whatever way keeps what was typed; the field's own removal is not to end it twice.
  const end = (to: string | null) => {
    if (ended.current) return
    ended.current = true
    onEnd(to)
  }
  return (
    <input
      aria-label={newTitle}
      className="w-full rounded-md border border-line-strong bg-raised px-1.5 py-1 text-base focus-visible:-outline-offset-2 md:text-sm"
      defaultValue={title}
      dir="auto"
      enterKeyHint="done"
      maxLength={TITLE_LENGTH}
      onBlur={(event) => end(event.target.value.trim())}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') end(event.currentTarget.value.trim())
        if (event.key !== 'Escape') return
        // Else it would also close the dialog around it, or stop the answer.
        event.preventDefault()
        event.stopPropagation()
        end(null)
      }}
      ref={field}
    />
  )
}
