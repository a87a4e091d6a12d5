'use client'

import { useChat } from '@ai-sdk/react'
import type { ConversationWithMessages } from '@repo/contract/conversation'
import type { ChatMessage } from '@repo/contract/message'
import type { FileUIPart } from 'ai'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { request } from '../../request.ts'
import { type RequestProblem, requestProblem } from './problem.ts'
import {
  type Connection,
  chatSession,
  isBusy,
  messageFiles,
  messageText,
  notRejoining,
  type Rejoining,
  type ShownPath,
  setMetadata,
} from './session.ts'

/** What a turn is doing. `rejoining`: there is no connection to it at the moment. */
export type Phase = 'idle' | 'waiting' | 'thinking' | 'streaming' | 'tool' | 'stopping' | 'rejoining'

/** A way through the conversation's versions: `versions` of each shown message that has some, all, oldest first. */
export type StoredPath = Pick<ConversationWithMessages, 'messages' | 'versions'>

export type Turn = ReturnType<typeof useTurn>

export interface SendOptions {
  /** Absent: those of the question in whose place it is asked. */
  files?: FileUIPart[]
  /** Of this message only. */
  model?: string | undefined
  /** The question in whose place it is asked. */
  replaces?: string
}

/** Often enough to look fluent, seldom enough that a long answer leaves the main thread free. */
const RENDER_INTERVAL_MS = 60
/** How long the API may take to end a stopped answer before the connection is cut here. */
const STOP_PATIENCE_MS = 3000
const STOP_AGAIN_MS = 400

/** One conversation: its messages, and sending, regenerating, stopping and retrying. */
export function useTurn(id: string, stored: StoredPath, connections: readonly Connection[]) {
  const [session] = useState(() => chatSession(id, stored.messages, connections))
  const { messages: told, status } = useChat({ chat: session, throttle: RENDER_INTERVAL_MS })
  const { model: selectedModel, current, refresh } = useAppState()
  const [versions, setVersions] = useState(stored.versions)
  /** When the button was pressed, by `performance.now()`. */
  const [askedAt, setAskedAt] = useState<number>()
  const [stopping, setStopping] = useState(false)
  /** Why the last request failed before an answer began. */
  const [problem, setProblem] = useState<RequestProblem | null>(null)
  /** A message that was refused, for its writer to change; `replaces` is the question that it was to replace. */
  const [returned, setReturned] = useState<(Typed & { replaces: string | null }) | null>(null)
  /** What the last request was to replace. */
  const replaced = useRef<string>(undefined)

  const show = useCallback(
    async (messageId: string) => {
      const path = await request<StoredPath>('GET', `/conversations/${id}?at=${messageId}`)
      if (!path || isBusy(session)) return false
      session.messages = path.messages
      setVersions(path.versions)
      return true
    },
    [id, session],
  )
  const useRejoin = connections.find((one) => one.useRejoin)?.useRejoin ?? useNothing
  const { messages, rejoining, apart, readOn, giveUp } = useRejoin({
    ...{ session, messages: told, stored: stored.messages, show },
  })
  /** True from sending until the answer has ended. */
  const busy = isBusy({ status }) || rejoining

  const run = useCallback(
    async (begin: () => Promise<void>, replaces?: ChatMessage) => {
      if (isBusy(session) || rejoining) return
      // The address becomes the conversation's without a navigation, which would start the page anew.
      if (location.pathname !== `/c/${id}`) history.replaceState(null, '', `/c/${id}`)
      setAskedAt(performance.now())
      setReturned(null)
      setProblem(null)
      replaced.current = replaces?.id
      const before = session.messages
      await begin()
      const { error } = session
      await readOn()

      const question = session.messages.findLast(({ role }) => role === 'user')
      const newest = session.lastMessage
      const answer = newest?.role === 'assistant' && newest.id !== replaces?.id ? newest : undefined
      const failure = error && !answer ? requestProblem(error) : null
      setProblem(failure)
      const beside = replaces?.role === 'user' ? question : answer
      if (replaces && beside)
        setVersions((known) => ({ ...known, [beside.id]: [...(known[replaces.id] ?? [replaces.id]), beside.id] }))
      // Nothing took the place of the earlier answer, so it has to come back.
      if (!answer && replaces?.role === 'assistant') session.messages = before
      else if (failure?.refused && question) {
        setReturned({ ...typedIn(question), replaces: replaces?.id ?? null })
        session.messages = replaces ? before : session.messages.slice(0, -1)
      }
      const begun = session.messages.some(({ role }) => role === 'assistant')
      // The address of a conversation that does not exist must not be reloaded.
      if (failure && !begun) history.replaceState(null, '', '/')
      void refresh()
    },
    [id, session, rejoining, readOn, refresh],
  )

  const send = useCallback(
    (text: string, { model = selectedModel, replaces, files }: SendOptions = {}) => {
      const place = session.messages.findIndex((message) => message.id === replaces)
      const question = session.messages[place]
      void run(() => {
        if (question) session.messages = session.messages.slice(0, place)
        return session.sendMessage({ text, files: files ?? messageFiles(question) }, { body: { model } })
      }, question)
    },
    [run, session, selectedModel],
  )

  /** Asks for another answer in the place of one; without one, answers the last question. */
  const regenerate = useCallback(
    (messageId?: string) => {
      const answer = session.messages.find((message) => message.id === messageId)
      void run(() => session.regenerate({ ...(messageId && { messageId }), body: { model: selectedModel } }), answer)
    },
    [run, session, selectedModel],
  )

  /** Does again what failed last, or answers the last question again. */
  const retry = useCallback(() => {
    const { lastMessage } = session
    const kept = session.messages.find((message) => message.id === replaced.current && message.role === 'assistant')
    regenerate((kept ?? (lastMessage?.role === 'assistant' ? lastMessage : undefined))?.id)
  }, [regenerate, session])

  /** Shows the newest path through a version of a message. False when it could not be loaded. */
  const showVersion = useCallback(
    async (messageId: string) => {
      const unanswered = session.lastMessage?.role === 'user' ? typedIn(session.lastMessage) : null
      if (!(await show(messageId))) return false
      setProblem(null)
      // It leaves the page without having been sent.
      setReturned(unanswered && { ...unanswered, replaces: null })
      return true
    },
    [session, show],
  )

  const stop = useCallback(() => setStopping(true), [])

  useEffect(() => {
    if (!busy) setStopping(false)
  }, [busy])

  useEffect(() => {
    if (!stopping) return
    // The API ends the stream itself, so that what it counted still arrives. Asked again until it has: the first request
    // can overtake the question, and finds nothing to stop.
    const ask = () => void request('POST', `/conversations/${id}/stop`)
    ask()
    const again = setInterval(ask, STOP_AGAIN_MS)
    const timer = setTimeout(async () => {
      giveUp()
      await session.stop()
      const cut = session.lastMessage
      if (cut?.metadata?.outcome === null) setMetadata(session, cut.id, { outcome: 'stopped' })
    }, STOP_PATIENCE_MS)
    return () => {
      clearInterval(again)
      clearTimeout(timer)
    }
  }, [stopping, id, session, giveUp])

  // A new conversation is listed as soon as the API has it, not only when its answer is complete.
  useEffect(() => {
    if (status === 'streaming' && !current) void refresh()
  }, [status, current, refresh])

  const phase = stopping && busy ? 'stopping' : apart ? 'rejoining' : busy ? livePhase(messages.at(-1)) : 'idle'
  return {
    ...{ session, messages, versions, phase, busy, askedAt, problem, returned },
    ...{ send, showVersion, regenerate, retry, stop },
  }
}

const useNothing = ({ messages }: ShownPath): Rejoining => ({ ...notRejoining, messages })

type Typed = { text: string; files: FileUIPart[] }
const typedIn = (question: ChatMessage): Typed => ({ text: messageText(question), files: messageFiles(question) })

function livePhase(last: ChatMessage | undefined): Phase {
  const part = last?.role === 'assistant' ? last.parts.findLast(({ type }) => type !== 'source-url') : undefined
  if (part?.type === 'reasoning') return 'thinking'
  if (part?.type === 'dynamic-tool') return part.state.startsWith('output') ? 'waiting' : 'tool'
  return part?.type === 'text' && part.text !== '' ? 'streaming' : 'waiting'
}
