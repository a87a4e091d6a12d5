'use client'

import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'
import { Note } from './outcome-note.tsx'
import type { RequestProblem } from './problem.ts'
import { TraceLink } from './trace-link.tsx'

/** Below a message that got no answer at all. */
export function RequestFailure({ problem, onRetry }: { problem: RequestProblem | null; onRetry: () => void }) {
  const { traceUrlTemplate } = useAppState()
  return (
    <div>
      <Note
        detail={problem?.detail ?? null}
        headline={text.message.noAnswer}
        onRetry={onRetry}
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
