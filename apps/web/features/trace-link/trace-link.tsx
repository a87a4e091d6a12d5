'use client'

import type { ReactNode } from 'react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import { useSettings } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import type { TraceLinkSettings } from './settings.ts'

export const traceLink: Feature = { TraceLink, AnswerDetails: BoardLink }

function TraceLink({ traceId }: { traceId: string }) {
  const text = useWords('traceLink')
  const { trace } = useSettings<TraceLinkSettings>('traceLink')
  return (
    <TelemetryLink href={trace.replace('{traceId}', encodeURIComponent(traceId))} label={text.traceLabel}>
      {text.trace}
    </TelemetryLink>
  )
}

/** One answer leads to the others of its conversation. */
function BoardLink() {
  const text = useWords('traceLink')
  const { conversation } = useSettings<TraceLinkSettings>('traceLink')
  const { session } = useTurnControls()
  return (
    conversation && (
      <p className="mt-3">
        <TelemetryLink href={conversation.replace('{conversationId}', session.id)} label={text.boardLabel}>
          {text.board}
        </TelemetryLink>
      </p>
    )
  )
}

function TelemetryLink({ href, label, children }: { href: string; label: string; children: ReactNode }) {
  return (
    <a
      aria-label={label}
      className="inline-flex min-h-6 items-center underline decoration-line-strong underline-offset-3 hover:text-accent hover:decoration-accent"
      href={href}
      rel="noreferrer"
      target="_blank"
    >
      {children}
    </a>
  )
}
