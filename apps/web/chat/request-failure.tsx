'use client'

import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'
import { Note } from './outcome-note.tsx'
import type { RequestProblem } from './problem.ts'
import { TraceLink } from './trace-link.tsx'

/** Below a message that got no answer at all, or an answer that could not be asked for again. */
export function RequestFailure({ problem, onRetry }: { problem: RequestProblem | null; onRetry: () => void }) {
  const { traceUrlTemplate } = useAppState()
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
          <TraceLink template={traceUrlTemplate} traceId={problem.traceId} />
        </p>
      )}
    </div>
  )
}
