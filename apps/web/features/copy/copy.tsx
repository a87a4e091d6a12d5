'use client'

import type { ChatMessage } from '@repo/contract/message'
import { messageText } from '../../chat/turn/session.ts'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { CopyButton } from './copy-button.tsx'

export const copy: Feature = { AnswerActions: CopyAnswer, QuestionActions: CopyQuestion, CodeActions: CopyCode }

function CopyAnswer({ message }: { message: ChatMessage }) {
  const text = useWords('copy')
  const answer = messageText(message)
  return answer && <CopyButton data-copy-answer label={text.answer} text={answer} />
}

function CopyQuestion({ message }: { message: ChatMessage }) {
  const { question } = useWords('copy')
  return <CopyButton label={question} text={messageText(message)} />
}

function CopyCode({ source }: { source: string }) {
  const { code } = useWords('copy')
  return <CopyButton label={code} text={source} />
}
