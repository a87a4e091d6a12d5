'use client'

import { lazy, Suspense, useEffect } from 'react'
import { Slot } from '../../slot.tsx'

const load = () => import('./markdown.tsx')
// Not part of the first load: on a new chat there is nothing to render yet.
const Markdown = lazy(load)

/** An answer's text: as it is until the Markdown renderer is there, then rendered. */
export function Answer({ children }: { children: string }) {
  return (
    <Suspense fallback={<div className="answer whitespace-pre-wrap">{children.trimEnd()}</div>}>
      <Slot name="AnswerText" source={children}>
        <Markdown>{children}</Markdown>
      </Slot>
    </Suspense>
  )
}

/** Fetches the renderer while the first question is still being typed. */
export function usePreloadedMarkdown(): void {
  useEffect(() => void load(), [])
}
