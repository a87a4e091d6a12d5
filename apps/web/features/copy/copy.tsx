'use client'

import type { ChatMessage } from '@repo/contract/message'
import { messageText } from '../../chat/turn/session.ts'
import type { Feature } from '../../feature.ts'
import { CopyButton } from './copy-button.tsx'
import { text } from './text.ts'

export const copy: Feature = { AnswerActions: CopyAnswer, QuestionActions: CopyQuestion, CodeActions: CopyCode }

function CopyAnswer({ message }: { message: ChatMessage }) {
  const answer = messageText(message)
  return answer && <CopyButton data-copy-answer label={text.answer} text={answer} />
}

function CopyQuestion({ message }: { message: ChatMessage }) {
  return <CopyButton label={text.question} text={messageText(message)} />
}

function CopyCode({ source }: { source: string }) {
  return <CopyButton label={text.code} text={source} />
}
