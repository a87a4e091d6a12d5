'use client'

import { useChat } from '@ai-sdk/react'
import type { ConversationWithMessages } from '@repo/contract/conversation'
import type { ChatMessage } from '@repo/contract/message'
import { useCallback, useEffect, useRef, useState } from 'react'
import { usePerceivedTtft } from '../browser-telemetry/use-perceived-ttft.ts'
import { useAppState } from './app-state.tsx'
import { type RequestProblem, requestProblem } from './problem.ts'
import { chatSession, messageText } from './session.ts'
import { keepUnsent } from './unsent.ts'

/** What a turn is doing. `elsewhere`: another tab or a lost connection's server side still writes the answer. */
export type Phase = 'idle' | 'waiting' | 'thinking' | 'streaming' | 'stopping' | 'elsewhere'

export interface Turn {
  messages: ChatMessage[]
  phase: Phase
  /** True from sending until the answer has ended. */
  busy: boolean
  /** Why the last request failed before an answer began. */
  problem: RequestProblem | null
  /** A message that was refused, for its writer to change. */
  returned: string | null
  send: (text: string, model?: string) => void
  retry: () => void
  stop: () => void
}

/** Often enough to look fluent, seldom enough that a long answer leaves the main thread free. */
const RENDER_INTERVAL_MS = 60
/** How long the API may take to end a stopped answer before the connection is cut here. */
const STOP_PATIENCE_MS = 3000
const STOP_AGAIN_MS = 400
const POLL_INTERVAL_MS = 1500
const POLL_ATTEMPTS = 40

/** One conversation: its messages, and sending, stopping and retrying. */
export function useTurn(id: string, stored: ChatMessage[]): Turn {
  const [session] = useState(() => chatSession(id, stored))
  const { messages, status, error, setMessages } = useChat({ chat: session, throttle: RENDER_INTERVAL_MS })
  const { model: selectedModel, refresh } = useAppState()
  const [stopping, setStopping] = useState(false)
  const [returned, setReturned] = useState<string | null>(null)
  const [polls, setPolls] = useState(0)

  const last = messages.at(-1)
  const busy = status === 'submitted' || status === 'streaming'
  const open = !busy && last?.role === 'assistant' && last.metadata?.outcome === null

  const startWaiting = usePerceivedTtft(last, busy)

  const run = useCallback(
    async (request: () => Promise<void>) => {
      startWaiting()
      setReturned(null)
      setPolls(0)
      await request()
      const unsent = session.error && session.lastMessage?.role === 'user' ? session.lastMessage : undefined
      const refused = session.error && requestProblem(session.error).refused
      if (unsent && refused) {
        setReturned(messageText(unsent))
        session.messages = session.messages.slice(0, -1)
      }
      // What never arrived outlives a reload; and the address of a conversation that does not exist must not be reloaded.
      keepUnsent(unsent && !refused ? messageText(unsent) : null)
      if (unsent && !session.messages.some(({ role }) => role === 'assistant')) history.replaceState(null, '', '/')
      void refresh()
    },
    [session, refresh, startWaiting],
  )

  const send = useCallback(
    (text: string, model = selectedModel) => {
      showAddress(id)
      void run(() => session.sendMessage({ text }, { body: { model } }))
    },
    [id, run, session, selectedModel],
  )

  const retry = useCallback(() => {
    showAddress(id)
    const answer = session.lastMessage?.role === 'assistant' ? session.lastMessage : undefined
    void run(() => session.regenerate({ ...(answer ? { messageId: answer.id } : {}), body: { model: selectedModel } }))
  }, [id, run, session, selectedModel])

  const stop = useCallback(() => setStopping(true), [])

  useEffect(() => {
    if (!busy) setStopping(false)
  }, [busy])

  useEffect(() => {
    if (!stopping) return
    // The API ends the stream itself, so that what it counted still arrives. Asked again until it has: the first request
    // can overtake the question, and finds nothing to stop.
    const ask = () => void fetch(`/api/conversations/${id}/stop`, { method: 'POST' }).catch(() => {})
    ask()
    const again = setInterval(ask, STOP_AGAIN_MS)
    const timer = setTimeout(async () => {
      await session.stop()
      setMessages((all) => all.map((message, index) => (index === all.length - 1 ? markStopped(message) : message)))
    }, STOP_PATIENCE_MS)
    return () => {
      clearInterval(again)
      clearTimeout(timer)
    }
  }, [stopping, id, session, setMessages])

  // A new conversation is listed as soon as the API has it, not only when its answer is complete.
  const listed = useRef(stored.length > 0)
  useEffect(() => {
    if (status !== 'streaming' || listed.current) return
    listed.current = true
    void refresh()
  }, [status, refresh])

  useEffect(() => {
    if (!open || polls >= POLL_ATTEMPTS) return
    const timer = setTimeout(async () => {
      const messages = await storedMessages(id)
      if (session.status === 'ready' || session.status === 'error') {
        const answer = messages?.at(-1)
        if (messages && answer?.metadata?.outcome) setMessages(messages)
        setPolls((count) => (messages ? count + 1 : POLL_ATTEMPTS))
      }
    }, POLL_INTERVAL_MS)
    return () => clearTimeout(timer)
  }, [open, polls, id, session, setMessages])

  return {
    messages,
    phase: busy
      ? stopping
        ? 'stopping'
        : livePhase(last)
      : open && status !== 'error' && polls < POLL_ATTEMPTS
        ? 'elsewhere'
        : 'idle',
    busy,
    problem: status === 'error' && error && last?.role !== 'assistant' ? requestProblem(error) : null,
    returned,
    send,
    retry,
    stop,
  }
}

/** The address becomes the conversation's without a navigation, which would start the page anew. */
function showAddress(id: string): void {
  if (location.pathname !== `/c/${id}`) history.replaceState(null, '', `/c/${id}`)
}

function livePhase(last: ChatMessage | undefined): Phase {
  const part =
    last?.role === 'assistant' ? last.parts.findLast(({ type }) => type === 'text' || type === 'reasoning') : undefined
  if (part?.type === 'reasoning') return 'thinking'
  return part?.type === 'text' && part.text !== '' ? 'streaming' : 'waiting'
}

function markStopped(message: ChatMessage): ChatMessage {
  const { metadata } = message
  return metadata && metadata.outcome === null ? { ...message, metadata: { ...metadata, outcome: 'stopped' } } : message
}

async function storedMessages(id: string): Promise<ChatMessage[] | null> {
  try {
    const response = await fetch(`/api/conversations/${id}`)
    return response.ok ? ((await response.json()) as ConversationWithMessages).messages : null
  } catch {
    return null
  }
}
