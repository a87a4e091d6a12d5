'use client'

import type { Approval, ApprovalDescriptor, Decided } from '@repo/contract/approval'
import type { ChatMessage } from '@repo/contract/message'
import { ShieldQuestionMark } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import { request } from '../../request.ts'
import { useLanguage, useWords } from '../../words/use-words.tsx'
import { Folded } from './folded.tsx'
import { Input } from './input.tsx'

type ToolPart = Extract<ChatMessage['parts'][number], { type: 'dynamic-tool' }>
type Waiting = Extract<ToolPart, { state: 'approval-requested' }>

/** @param open somebody writes the answer, and waits */
export default function Asked({ part, open }: { part: ToolPart; open: boolean }) {
  const { decided } = useWords('toolsToApprove')
  if (part.state === 'approval-requested') return open && <Question part={part} />
  const decision = part.callProviderMetadata?.chat?.decision as Decided | undefined
  const words = decision && decided[decision as keyof typeof decided]
  return words ? <p className="-mt-2 mb-3 ps-5 text-quiet text-xs">{words}</p> : null
}

const decisions = ['once', 'conversation', 'deny'] satisfies Approval['decision'][]

/** Says what is about to be done, and waits for the person. */
function Question({ part }: { part: Waiting }) {
  const text = useWords('toolsToApprove')
  const language = useLanguage()
  const { session } = useTurnControls()
  const id = useId()
  const panel = useRef<HTMLElement>(null)
  const [sent, setSent] = useState<Approval['decision'] | null>(null)
  const [failed, setFailed] = useState(false)
  const [announced, setAnnounced] = useState('')
  const { server, description, destructive, expiresAt } = part.approval.descriptor as ApprovalDescriptor
  const tool = part.title ?? part.toolName

  useEffect(() => {
    if (!isFree(document.activeElement)) return setAnnounced(text.asks({ tool }))
    panel.current?.focus()
    // Once the page has run to its end, where another question may stand.
    requestAnimationFrame(() => requestAnimationFrame(() => panel.current?.scrollIntoView({ block: 'nearest' })))
  }, [])

  // The pressed button goes, and focus with it: while it is still there, focus is handed on.
  useLayoutEffect(() => {
    const own = panel.current
    return () => {
      if (own?.contains(document.activeElement)) goOn(own)
    }
  }, [])

  const decide = async (decision: Approval['decision']) => {
    if (sent) return
    setSent(decision)
    const taken = await request('POST', `/conversations/${session.id}/approvals/${part.approval.id}`, { decision })
    setFailed(!taken)
    if (!taken) setSent(null)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    // Neither stops the answer nor decides anything.
    if (event.key === 'Escape') event.preventDefault()
    // Whoever had just begun to type goes on typing, and presses no single-key shortcuts.
    const command = event.ctrlKey || event.metaKey || event.altKey || event.key === ' '
    const typed = event.target === panel.current && event.key.length === 1 && !command
    if (typed) event.stopPropagation()
    if (typed || event.key === 'Escape') toComposer()
  }

  return (
    <section
      aria-describedby={`${id}-what`}
      aria-labelledby={`${id}-title`}
      className={`mb-4 flex flex-col gap-3 rounded-xl border bg-surface p-4 text-sm ${destructive ? 'border-danger' : 'border-line-strong'}`}
      data-approval=""
      onKeyDown={onKeyDown}
      ref={panel}
      tabIndex={-1}
    >
      <p className="sr-only" role="status">
        {announced}
      </p>
      <div>
        <h3 className="flex items-center gap-2 font-medium text-base" id={`${id}-title`}>
          <ShieldQuestionMark className="text-accent" size={18} />
          <span className="min-w-0 [overflow-wrap:anywhere]">{text.question({ tool })}</span>
        </h3>
        <div id={`${id}-what`}>
          <p className="mt-1 text-quiet [overflow-wrap:anywhere]">
            {server === null ? text.ownTool : text.server({ server })}
            {tool !== part.toolName && <span className="font-mono"> · {part.toolName}</span>}
          </p>
          {destructive && <p className="mt-1 font-medium text-danger">{text.destructive}</p>}
          {description && (
            <p className="mt-1 text-pretty">
              <Folded>{description}</Folded>
            </p>
          )}
        </div>
      </div>
      <Input value={part.input} />
      <div className="flex flex-wrap items-center gap-2">
        {decisions.map((decision) => (
          <button
            aria-disabled={sent !== null}
            className={`min-h-9 rounded-md border px-3 font-medium aria-disabled:cursor-default ${
              decision === 'once'
                ? 'border-accent bg-accent text-on-accent aria-disabled:opacity-60'
                : 'border-line-strong bg-raised hover:bg-hover aria-disabled:text-quiet'
            }`}
            key={decision}
            onClick={() => void decide(decision)}
            type="button"
          >
            {text[decision]}
          </button>
        ))}
      </div>
      {failed && (
        <p className="text-danger" role="alert">
          {text.notTaken}
        </p>
      )}
      <p className="text-quiet text-xs tabular-nums">
        {text.until({ time: new Date(expiresAt).toLocaleTimeString(language, { timeStyle: 'short' }) })}
      </p>
    </section>
  )
}

/** Nothing is being typed there, and it is no control that somebody has gone to. */
function isFree(focused: Element | null): boolean {
  if (!focused || focused === document.body) return true
  return focused.id === 'message' && (focused as HTMLTextAreaElement).value === ''
}

/** To the next question, or back to where one types. */
function goOn(from: Element): void {
  const next = [...document.querySelectorAll<HTMLElement>('[data-approval]')].find((other) => other !== from)
  if (next) next.focus()
  else toComposer()
}

/** On a touch screen the keyboard would open over the page. */
function toComposer(): void {
  if (matchMedia('(pointer: fine)').matches) document.getElementById('message')?.focus({ preventScroll: true })
}
