'use client'

import type { ChatMessage } from '@repo/contract/message'
import { memo } from 'react'
import { Slot } from '../../slot.tsx'
import { useWords } from '../../words/use-words.tsx'
import { messageText } from '../turn/session.ts'

export const UserMessage = memo(function UserMessage({ message }: { message: ChatMessage }) {
  const text = useWords('core')
  const said = messageText(message)
  return (
    <article className="flex min-w-0 max-w-[85%] flex-col items-end self-end has-[form]:w-full has-[form]:max-w-none">
      <h2 className="sr-only">{text.message.user}</h2>
      <Slot message={message} name="QuestionFiles" />
      <Slot message={message} name="Question">
        {said && (
          <p
            className="max-w-full whitespace-pre-wrap rounded-2xl rounded-ee-md bg-surface px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere]"
            dir="auto"
          >
            {said}
          </p>
        )}
        <div className="mt-1 -mb-4 flex min-h-7 items-center">
          <Slot message={message} name="MessageActions" />
          <Slot message={message} name="QuestionActions" />
        </div>
      </Slot>
    </article>
  )
})
