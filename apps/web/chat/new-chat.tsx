'use client'

import { useEffect, useState } from 'react'
import { useAppState } from './app-state.tsx'
import { Chat } from './chat.tsx'
import { hasSession } from './session.ts'

/** A conversation that does not exist yet: its id is made here, and the API creates it with the first message. */
export function NewChat() {
  const { newChatKey } = useAppState()
  return <NewConversation key={newChatKey} />
}

function NewConversation() {
  const [id, setId] = useState(() => crypto.randomUUID() as string)

  // "Back" to a conversation that began on this page brings this page again, with that conversation's address.
  useEffect(() => {
    const wanted = location.pathname.match(/^\/c\/([^/]+)$/)?.[1]
    if (!wanted || wanted === id) return
    if (hasSession(wanted)) setId(wanted)
    else location.reload()
  }, [id])

  return <Chat id={id} key={id} stored={nothing} />
}

const nothing: never[] = []
