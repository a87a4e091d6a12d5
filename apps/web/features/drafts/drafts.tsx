'use client'

import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { messageText } from '../../chat/turn/session.ts'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { Turn } from '../../chat/turn/use-turn.ts'
import type { DraftProps, Feature } from '../../feature.ts'
import { keepDraft, keepUnsent, takeDraft } from './kept.ts'

export const drafts: Feature = { Draft, Turn: Unsent }

/** What is typed into a chat that has no address yet; the next new chat shows it again. */
const NEW_CHAT = 'new'

/** Keeps what is typed, and brings it back. */
function Draft({ draft, setDraft }: DraftProps) {
  const { session, busy } = useTurnControls()
  const chat = usePathname() === '/' ? NEW_CHAT : session.id
  const keptFor = useRef(chat)

  // After the first render: the server, which wrote the page, does not know it.
  useEffect(() => {
    const kept = takeDraft(chat, !busy && session.lastMessage?.role === 'user')
    setDraft((current) => current || kept)
  }, [])

  useEffect(() => {
    // A new chat that has got its address.
    if (keptFor.current !== chat) keepDraft(keptFor.current, '')
    keptFor.current = chat
    keepDraft(chat, draft)
  }, [chat, draft])
  return null
}

/** Keeps a question that did not get through. */
function Unsent({ turn: { session, busy, problem } }: { turn: Turn }) {
  useEffect(() => {
    if (!busy && !problem) return
    const last = session.lastMessage
    const begun = session.messages.some(({ role }) => role === 'assistant')
    const failed = problem && !problem.refused && last?.role === 'user'
    keepUnsent(begun ? session.id : NEW_CHAT, failed ? messageText(last) : null)
  }, [session, busy, problem])
  return null
}
