'use client'

import type { ChatMessage } from '@repo/contract/message'
import { lazy, Suspense } from 'react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { Feature } from '../../feature.ts'
import { EditableQuestion, EditButton } from './editable-question.tsx'

/** Questions can be asked again in other words; what was there before, of questions and answers, stays reachable. */
export const versions: Feature = {
  Question: EditableQuestion,
  QuestionActions: EditButton,
  MessageActions: OfSeveral,
}

const VersionSwitcher = lazy(() => import('./version-switcher.tsx'))

function OfSeveral({ message }: { message: ChatMessage }) {
  const { versions } = useTurnControls()
  return (
    versions[message.id] && (
      <Suspense>
        <VersionSwitcher message={message} />
      </Suspense>
    )
  )
}
