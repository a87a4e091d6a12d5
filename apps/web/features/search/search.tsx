'use client'

import { Search as SearchIcon } from 'lucide-react'
import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { useConversationList } from '../../conversations/use-conversation-list.ts'
import type { Feature, ListProps } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const search: Feature = { SidebarList: Search }

const DELAY_MS = 200

/** A field above the list; while something stands in it, what it finds takes the list's place. */
function Search({ List, children }: { List: ComponentType<ListProps>; children: ReactNode }) {
  const text = useWords('search')
  const [query, setQuery] = useState('')
  const wanted = query.trim()
  return (
    <>
      <search className="relative">
        <input
          aria-label={text.search}
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
          placeholder={text.search}
          type="search"
          value={query}
        />
        <span className="pointer-events-none absolute inset-y-0 start-2.5 grid place-items-center text-quiet">
          <SearchIcon size={16} />
        </span>
      </search>
      {wanted ? <Results List={List} key={wanted} query={wanted} /> : children}
    </>
  )
}

function Results({ query, List }: { query: string; List: ComponentType<ListProps> }) {
  const text = useWords('search')
  const { setNotice } = useAppState()
  const { page, load, loadMore } = useConversationList(null, query)
  useEffect(() => {
    const timer = setTimeout(async () => {
      if (!(await load())) setNotice({ text: text.failed })
    }, DELAY_MS)
    return () => clearTimeout(timer)
  }, [load, setNotice, text])
  const count = page?.items.length ?? 0
  const nothing = page !== null && count === 0
  const found = page?.nextCursor ? text.more({ count }) : text.found({ count })
  return (
    <List onMore={loadMore} page={page}>
      <p className={nothing ? 'break-words px-2 py-2 text-quiet text-sm' : 'sr-only'} role="status">
        {page && (nothing ? text.nothing({ query }) : found)}
      </p>
    </List>
  )
}
