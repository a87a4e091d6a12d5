'use client'

import { Slot } from '../../slot.tsx'
import { text } from '../../text.ts'
import type { RequestProblem } from '../turn/problem.ts'
import { Note } from './outcome-note.tsx'

/** Below a message that got no answer at all, or an answer that could not be asked for again. */
export function RequestFailure({ problem, onRetry }: { problem: RequestProblem | null; onRetry: () => void }) {
  return (
    <div>
      <Note
        detail={problem?.detail ?? null}
        headline={problem?.headline ?? text.message.noAnswer}
        onRetry={onRetry}
        retryAt={problem?.retryAt ?? null}
        tone={problem ? 'danger' : 'neutral'}
      />
      {problem?.traceId && (
        <p className="mt-2 text-quiet text-xs">
          <Slot name="TraceLink" traceId={problem.traceId} />
        </p>
      )}
    </div>
  )
}
