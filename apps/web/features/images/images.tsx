'use client'

import type { ChatMessage } from '@repo/contract/message'
import { lazy, Suspense } from 'react'
import type { Feature } from '../../feature.ts'
import { afterwards } from '../../ui/afterwards.tsx'

const QuestionPictures = lazy(() => import('./question-pictures.tsx'))

/** Pictures in questions: pasted, dropped or chosen, sent before the question. Nothing of it is in the first load. */
export const images: Feature = {
  Attached: afterwards(lazy(() => import('./attached-pictures.tsx'))),
  ComposerOptions: afterwards(lazy(() => import('./attach-button.tsx'))),
  QuestionFiles,
}

function QuestionFiles({ message }: { message: ChatMessage }) {
  if (!message.parts.some(({ type }) => type === 'file')) return null
  return (
    <Suspense>
      <QuestionPictures message={message} />
    </Suspense>
  )
}
