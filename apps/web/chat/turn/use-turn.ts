'use client'

import { useChat } from '@ai-sdk/react'
import type { ChatMessage } from '@repo/contract/message'
import type { FileUIPart } from 'ai'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useAppState } from '../../conversations/app-state.tsx'
import { request } from '../../request.ts'
import { type RequestProblem, requestProblem } from './problem.ts'
import { chatSession, hasEnd, isBusy, messageFiles, messageText, type Session, setMetadata, sizeOf } from './session.ts'
import { useRejoin } from './use-rejoin.ts'
import { type StoredPath, useStoredPath } from './use-stored-path.ts'

/** What a turn is doing. `rejoining`: there is no connection to it at the moment. */
export type Phase = 'idle' | 'waiting' | 'thinking' | 'streaming' | 'tool' | 'stopping' | 'rejoining'

export interface Turn {
  session: Session
  messages: ChatMessage[]
  /** Of each shown message that has versions beside it: all, oldest first. */
  versions: StoredPath['versions']
  phase: Phase
  /** True from sending until the answer has ended. */
  busy: boolean
  /** When the button was pressed, by `performance.now()`. */
  askedAt: number | undefined
  /** Why the last request failed before an answer began. */
  problem: RequestProblem | null
  /** A message that was refused, for its writer to change; `replaces` is the question that it was to replace. */
  returned: { text: string; files: FileUIPart[]; replaces: string | null } | null
  send: (text: string, options?: SendOptions) => void
  /** Shows the newest path through a version of a message. False when it could not be loaded. */
  showVersion: (messageId: string) => Promise<boolean>
  /** Asks for another answer in the place of one. */
  regenerate: (messageId: string) => void
  /** Does again what failed last, or answers the last question again. */
  retry: () => void
  stop: () => void
}

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
export function useTurn(id: string, stored: StoredPath): Turn {
  const [session] = useState(() => chatSession(id, stored.messages))
  const { messages: told, status } = useChat({ chat: session, throttle: RENDER_INTERVAL_MS })
  const messages = useWithoutGap(told)
  const { versions, show, addVersion } = useStoredPath(session, stored)
  const { model: selectedModel, refresh } = useAppState()
  const [askedAt, setAskedAt] = useState<number>()
  const [stopping, setStopping] = useState(false)
  const [problem, setProblem] = useState<RequestProblem | null>(null)
  const [returned, setReturned] = useState<Turn['returned']>(null)
  const { rejoining, readOn, giveUp } = useRejoin(session, show)
  /** The message whose rest this page has looked for. */
  const looked = useRef<string>(undefined)
  /** The answer that the last request was to replace. */
  const replaced = useRef<string>(undefined)

  const last = messages.at(-1)
  const busy = isBusy({ status }) || rejoining

  const run = useCallback(
    async (begin: () => Promise<void>, replaces: { question?: string | undefined; answer?: string } = {}) => {
      if (isBusy(session) || rejoining) return
      showAddress(id)
      setAskedAt(performance.now())
      setReturned(null)
      setProblem(null)
      replaced.current = replaces.answer
      const before = session.messages
      await begin()
      looked.current = session.lastMessage?.id
      const { error } = session
      if (error instanceof TypeError || session.lastMessage?.metadata?.outcome === null) await readOn()

      const question = session.messages.findLast(({ role }) => role === 'user')
      const newest = session.lastMessage
      const answer = newest?.role === 'assistant' && newest.id !== replaces.answer ? newest : undefined
      const failure = error && !answer ? requestProblem(error) : null
      setProblem(failure)
      if (answer && replaces.answer) addVersion(replaces.answer, answer.id)
      if (question && replaces.question) addVersion(replaces.question, question.id)
      // Nothing took the place of the earlier answer, so it has to come back.
      if (!answer && replaces.answer) session.messages = before
      if (failure?.refused && question && !replaces.answer) {
        setReturned({ ...typedIn(question), replaces: replaces.question ?? null })
        session.messages = replaces.question ? before : session.messages.slice(0, -1)
      }
      const begun = session.messages.some(({ role }) => role === 'assistant')
      // The address of a conversation that does not exist must not be reloaded.
      if (failure && !begun) history.replaceState(null, '', '/')
      void refresh()
    },
    [id, session, rejoining, readOn, refresh, addVersion],
  )

  const send = useCallback(
    (text: string, { model = selectedModel, replaces: question, files: own }: SendOptions = {}) =>
      void run(
        () => {
          const place = session.messages.findIndex((message) => message.id === question)
          const files = own ?? messageFiles(session.messages[place])
          if (place >= 0) session.messages = session.messages.slice(0, place)
          return session.sendMessage({ text, files }, { body: { model } })
        },
        { question },
      ),
    [run, session, selectedModel],
  )

  const regenerate = useCallback(
    (answer: string) =>
      void run(() => session.regenerate({ messageId: answer, body: { model: selectedModel } }), { answer }),
    [run, session, selectedModel],
  )

  const retry = useCallback(() => {
    const answer = replaced.current ?? (session.lastMessage?.role === 'assistant' ? session.lastMessage.id : undefined)
    if (answer && session.messages.some((message) => message.id === answer)) regenerate(answer)
    else void run(() => session.regenerate({ body: { model: selectedModel } }))
  }, [run, regenerate, session, selectedModel])

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
  const listed = useRef(stored.messages.length > 0)
  useEffect(() => {
    if (status !== 'streaming' || listed.current) return
    listed.current = true
    void refresh()
  }, [status, refresh])

  // One that this page has not begun, or that it left when it was reloaded. A question is looked after once.
  const unread = !busy && last && !hasEnd(session) ? last.id : undefined
  useEffect(() => {
    if (!unread || looked.current === unread) return
    looked.current = unread
    void readOn()
  }, [unread, readOn])

  const looking = unread !== undefined && looked.current !== unread
  const phase =
    stopping && busy
      ? 'stopping'
      : (rejoining && !isBusy({ status })) || looking
        ? 'rejoining'
        : busy
          ? livePhase(last)
          : 'idle'
  return {
    ...{ session, messages, versions, phase, busy, askedAt, problem, returned },
    ...{ send, showVersion, regenerate, retry, stop },
  }
}

/** A rejoined answer is told from its beginning: until that has caught up, what was there stays. */
function useWithoutGap(messages: ChatMessage[]): ChatMessage[] {
  const shown = useRef<ChatMessage>(undefined)
  const last = messages.at(-1)
  const before = shown.current
  const behind = last && before?.id === last.id && last.metadata?.outcome === null && sizeOf(last) < sizeOf(before)
  shown.current = behind ? before : last
  return behind ? [...messages.slice(0, -1), before] : messages
}

const typedIn = (question: ChatMessage) => ({ text: messageText(question), files: messageFiles(question) })

/** The address becomes the conversation's without a navigation, which would start the page anew. */
function showAddress(id: string): void {
  if (location.pathname !== `/c/${id}`) history.replaceState(null, '', `/c/${id}`)
}

function livePhase(last: ChatMessage | undefined): Phase {
  const part = last?.role === 'assistant' ? last.parts.findLast(({ type }) => type !== 'source-url') : undefined
  if (part?.type === 'reasoning') return 'thinking'
  if (part?.type === 'dynamic-tool') return part.state.startsWith('output') ? 'waiting' : 'tool'
  return part?.type === 'text' && part.text !== '' ? 'streaming' : 'waiting'
}
