'use client'

import type { ChatMessage } from '@repo/contract/message'
import { lazy } from 'react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { Feature } from '../../feature.ts'
import { when } from '../../ui/when.tsx'
import { EditableQuestion, EditButton } from './editable-question.tsx'

/** Questions can be asked again in other words; what was there before, of questions and answers, stays reachable. */
export const versions: Feature = {
  Question: EditableQuestion,
  QuestionActions: EditButton,
  MessageActions: when(
    useHasSeveral,
    lazy(() => import('./version-switcher.tsx')),
  ),
}

function useHasSeveral({ message: { id } }: { message: ChatMessage }): boolean {
  return useTurnControls().versions[id] !== undefined
}
