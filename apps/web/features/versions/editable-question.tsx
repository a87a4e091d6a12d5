'use client'

import type { ChatMessage } from '@repo/contract/message'
import { Pencil } from 'lucide-react'
import { createContext, lazy, type ReactNode, startTransition, use, useEffect, useState } from 'react'
import { messageText } from '../../chat/turn/session.ts'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'

const QuestionEditor = lazy(() => import('./question-editor.tsx'))

const Editing = createContext({ open: () => {}, wasOpen: false })

/** A question, or in its place the field in which it is asked again. */
export function EditableQuestion({ message, children }: { message: ChatMessage; children: ReactNode }) {
  const { busy, returned, send } = useTurnControls()
  const [draft, setDraft] = useState<string | null>(null)
  const [wasOpen, setWasOpen] = useState(false)
  useEffect(() => {
    if (returned?.replaces === message.id) setDraft(returned.text)
  }, [returned, message.id])

  if (draft === null || busy) {
    const open = () => startTransition(() => setDraft(messageText(message)))
    return <Editing value={{ open, wasOpen }}>{children}</Editing>
  }
  return (
    <QuestionEditor
      onCancel={() => {
        setDraft(null)
        setWasOpen(true)
      }}
      onChange={setDraft}
      onSubmit={(edited) => {
        setDraft(null)
        send(edited, { replaces: message.id })
      }}
      value={draft}
    />
  )
}

export function EditButton() {
  const text = useWords('versions')
  const { open, wasOpen } = use(Editing)
  const { busy } = useTurnControls()
  if (busy) return null
  return (
    // Focus comes back to it from the field, of which it took the place.
    <IconButton label={text.edit} onClick={open} ref={(button) => void (wasOpen && focusIfLost(button))}>
      <Pencil size={15} />
    </IconButton>
  )
}

function focusIfLost(button: HTMLButtonElement | null): void {
  if (document.activeElement === document.body) button?.focus()
}
