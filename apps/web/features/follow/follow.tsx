'use client'

import { ArrowDown } from 'lucide-react'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import type { Turn } from '../../chat/turn/use-turn.ts'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { useStickToEnd } from './use-stick-to-end.ts'

export const follow: Feature = { Turn: Follow }

/** Keeps the end of a growing answer in sight, for whoever has not scrolled away from it: they get a button. */
function Follow({ scroller, turn }: { scroller: RefObject<HTMLElement | null>; turn: Turn }) {
  const { jump } = useWords('follow')
  const { atEnd, toEnd, letGo } = useStickToEnd(scroller)
  const { askedAt, messages, busy } = turn

  useEffect(() => {
    if (askedAt) toEnd()
  }, [askedAt, toEnd])

  const shown = useRef(messages)
  useLayoutEffect(() => {
    const replaced = shown.current.some(({ id }) => !messages.some((message) => message.id === id))
    // The page is not to run to its end when other versions are shown.
    if (replaced && !busy) letGo()
    shown.current = messages
  }, [messages, busy, letGo])

  return (
    !atEnd && (
      <button
        aria-label={jump}
        className="absolute inset-x-0 bottom-3 mx-auto grid size-9 place-items-center rounded-full border border-line bg-raised text-quiet shadow-sm hover:text-ink"
        onClick={toEnd}
        title={jump}
        type="button"
      >
        <ArrowDown size={16} />
      </button>
    )
  )
}
