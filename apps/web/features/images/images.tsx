'use client'

import type { ChatMessage } from '@repo/contract/message'
import { type ComponentType, lazy, Suspense, useEffect, useState } from 'react'
import type { DraftProps, Feature } from '../../feature.ts'

const QuestionPictures = lazy(() => import('./question-pictures.tsx'))

/** Pictures in questions: pasted, dropped or chosen, sent before the question. Nothing of it is in the first load. */
export const images: Feature = {
  Attached: afterwards(lazy(() => import('./attached-pictures.tsx'))),
  ComposerOptions: afterwards(lazy(() => import('./attach-button.tsx'))),
  QuestionFiles,
}

/** Not on the server: its page would load the scripts with it, and have a button that does nothing until they are there. */
function afterwards(Part: ComponentType<DraftProps>) {
  return function Afterwards(props: DraftProps) {
    const [mounted, setMounted] = useState(false)
    useEffect(() => setMounted(true), [])
    return (
      mounted && (
        <Suspense>
          <Part {...props} />
        </Suspense>
      )
    )
  }
}

function QuestionFiles({ message }: { message: ChatMessage }) {
  if (!message.parts.some(({ type }) => type === 'file')) return null
  return (
    <Suspense>
      <QuestionPictures message={message} />
    </Suspense>
  )
}
