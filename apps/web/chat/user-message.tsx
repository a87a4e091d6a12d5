import type { ChatMessage } from '@repo/contract/message'
import { memo } from 'react'
import { text } from '../text.ts'
import { messageText } from './session.ts'

export const UserMessage = memo(function UserMessage({ message }: { message: ChatMessage }) {
  return (
    <article className="max-w-[85%] self-end">
      <h2 className="sr-only">{text.message.user}</h2>
      <p
        className="whitespace-pre-wrap rounded-2xl rounded-ee-md bg-surface px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere]"
        dir="auto"
      >
        {messageText(message)}
      </p>
    </article>
  )
})
