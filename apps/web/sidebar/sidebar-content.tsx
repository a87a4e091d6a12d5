'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { useAppState } from '../chat/app-state.tsx'
import { KeyboardIcon, SearchIcon, UsageIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { ConversationList } from './conversation-list.tsx'
import { LastChange } from './last-change.tsx'
import { NewChatLink } from './new-chat-link.tsx'

const footerItem =
  'flex min-w-0 flex-1 items-center gap-2 rounded-md px-2 py-1.5 text-quiet text-sm hover:bg-hover hover:text-ink aria-[current=page]:bg-hover aria-[current=page]:text-ink'

interface Props {
  /** The button that hides it all. */
  closeButton: ReactNode
  onHelp: () => void
}

export function SidebarContent({ closeButton, onHelp }: Props) {
  const { query, setQuery } = useAppState()
  const pathname = usePathname()
  return (
    <>
      <div className="flex items-center justify-between">
        <ProductName />
        {closeButton}
      </div>
      <NewChatLink />
      <search className="relative">
        <input
          aria-label={text.conversations.search}
          className="w-full rounded-lg border border-line bg-transparent py-1.5 ps-8.5 pe-2 text-base placeholder:text-quiet hover:border-line-strong md:text-sm"
          enterKeyHint="search"
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' || query === '') return
            // The first Esc empties the field; it is not to close the dialog around it, or stop an answer.
            event.preventDefault()
            event.stopPropagation()
            setQuery('')
          }}
          placeholder={text.conversations.search}
          type="search"
          value={query}
        />
        <span className="pointer-events-none absolute inset-y-0 start-2.5 grid place-items-center text-quiet">
          <SearchIcon size={16} />
        </span>
      </search>
      <ConversationList />
      <LastChange />
      <div className="-mx-1 flex gap-1 border-line border-t pt-2">
        <Link
          aria-current={pathname === '/usage' ? 'page' : undefined}
          className={footerItem}
          href="/usage"
          prefetch={false}
        >
          <UsageIcon size={16} /> {text.usage.title}
        </Link>
        <button className={`${footerItem} pointer-coarse:hidden`} onClick={onHelp} type="button">
          <KeyboardIcon size={16} /> {text.shortcuts.open}
        </button>
      </div>
    </>
  )
}

export function ProductName() {
  return <p className="px-2 py-2 font-semibold tracking-tight">{text.product}</p>
}
