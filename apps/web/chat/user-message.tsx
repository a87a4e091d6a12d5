'use client'

import type { ChatMessage } from '@repo/contract/message'
import { lazy, memo, startTransition, useEffect, useRef } from 'react'
import { EditIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { CopyButton, iconButton } from './copy-button.tsx'
import { messageText } from './session.ts'
import { type Switch, VersionSwitcher } from './version-switcher.tsx'

const QuestionEditor = lazy(() => import('./question-editor.tsx'))

interface Props {
  message: ChatMessage
  /** What stands in the editor; null while the question is only shown. */
  draft: string | null
  /** Absent while an answer is written. */
  actions: {
    edit: (id: string, draft: string) => void
    submit: (id: string, text: string) => void
    cancel: () => void
  } | null
  switching: Switch | null
}

export const UserMessage = memo(function UserMessage({ message, draft, actions, switching }: Props) {
  const question = messageText(message)
  const editing = actions !== null && draft !== null
  const editButton = useRef<HTMLButtonElement>(null)
  const wasEditing = useRef(editing)
  useEffect(() => {
    if (wasEditing.current && !editing) editButton.current?.focus()
    wasEditing.current = editing
  }, [editing])

  return (
    <article
      className={`group/question flex min-w-0 flex-col items-end self-end ${editing ? 'w-full' : 'max-w-[85%]'}`}
    >
      <h2 className="sr-only">{text.message.user}</h2>
      {editing ? (
        <QuestionEditor
          onCancel={actions.cancel}
          onChange={(changed) => actions.edit(message.id, changed)}
          onSubmit={(edited) => actions.submit(message.id, edited)}
          value={draft}
        />
      ) : (
        <>
          <p
            className="max-w-full whitespace-pre-wrap rounded-2xl rounded-ee-md bg-surface px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere]"
            dir="auto"
          >
            {question}
          </p>
          <div className="mt-1 -mb-4 flex min-h-7 items-center">
            {switching && <VersionSwitcher id={message.id} {...switching} />}
            <CopyButton label={text.message.copyQuestion} text={question} />
            {actions && (
              <button
                aria-label={text.edit.open}
                className={iconButton}
                onClick={() => startTransition(() => actions.edit(message.id, question))}
                ref={editButton}
                title={text.edit.open}
                type="button"
              >
                <EditIcon size={15} />
              </button>
            )}
          </div>
        </>
      )}
    </article>
  )
})
