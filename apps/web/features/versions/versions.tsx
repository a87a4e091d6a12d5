'use client'

import type { Feature } from '../../feature.ts'
import { EditableQuestion, EditButton } from './editable-question.tsx'
import { VersionSwitcher } from './version-switcher.tsx'

/** Questions can be asked again in other words; what was there before, of questions and answers, stays reachable. */
export const versions: Feature = {
  Question: EditableQuestion,
  QuestionActions: EditButton,
  MessageActions: VersionSwitcher,
}
