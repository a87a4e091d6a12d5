'use client'

import { useState } from 'react'
import { useWords } from '../../words/use-words.tsx'

const SHOWN_CHARS = 400
const SHOWN_LINES = 8

/** A text whose rest is folded when it is long, and its length told. */
export function Folded({ children }: { children: string }) {
  const text = useWords('toolsToApprove')
  const [all, setAll] = useState(false)
  const short = children.split('\n').slice(0, SHOWN_LINES).join('\n').slice(0, SHOWN_CHARS)
  return (
    <>
      <span className="whitespace-pre-wrap [overflow-wrap:anywhere]">
        {all || short === children ? children : `${short}…`}
      </span>
      {short !== children && (
        <button
          aria-expanded={all}
          className="mt-1 block min-h-6 font-sans text-accent text-xs underline"
          onClick={() => setAll(!all)}
          type="button"
        >
          {all ? text.showLess : text.showAll({ count: children.length })}
        </button>
      )}
    </>
  )
}
