'use client'

import { lazy, type ReactNode, Suspense, useEffect } from 'react'
import type { Feature } from '../../feature.ts'
import './answer.css'

export const markdown: Feature = { AnswerText, Turn: Preload }

const load = () => import('./rendered.tsx')
// Not part of the first load: on a new chat there is nothing to render yet.
const Rendered = lazy(load)

/** An answer's text: as it is until the renderer is there. */
function AnswerText({ source, children }: { source: string; children: ReactNode }) {
  return (
    <Suspense fallback={children}>
      <Rendered>{source}</Rendered>
    </Suspense>
  )
}

/** Fetches the renderer while the first question is still being typed. */
function Preload() {
  useEffect(() => void load(), [])
  return null
}
