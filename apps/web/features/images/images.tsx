'use client'

import type { ChatMessage } from '@repo/contract/message'
import { lazy } from 'react'
import type { Feature } from '../../feature.ts'
import { useMounted, when } from '../../ui/when.tsx'

/** Pictures in questions: pasted, dropped or chosen, sent before the question. Nothing of it is in the first load. */
export const images: Feature = {
  Attached: when(
    useMounted,
    lazy(() => import('./attached-pictures.tsx')),
  ),
  ComposerOptions: when(
    useMounted,
    lazy(() => import('./attach-button.tsx')),
  ),
  QuestionFiles: when(
    hasFiles,
    lazy(() => import('./question-pictures.tsx')),
  ),
}

function hasFiles({ message }: { message: ChatMessage }): boolean {
  return message.parts.some(({ type }) => type === 'file')
}
