'use client'

import { Slot } from '../../slot.tsx'
import { useWords } from '../../words/use-words.tsx'
import { FailureDetail } from './failure-detail.tsx'
import { RetryButton } from './retry-button.tsx'

export interface Ending {
  tone: 'neutral' | 'warning' | 'danger'
  /** What features know more about. */
  type?: string | undefined
  headline: string
  /** The API's own sentence, where it adds something. */
  detail: string | null
}

const tones: Record<Ending['tone'], { line: string; headline: string }> = {
  neutral: { line: 'border-line-strong', headline: 'text-ink' },
  warning: { line: 'border-warning', headline: 'text-warning' },
  danger: { line: 'border-danger', headline: 'text-danger' },
}

interface Props extends Ending {
  /** When it may work again, in milliseconds since 1970; null: at any time. */
  retryAt?: number | null
  /** Of a request that has no answer, and so no line with the way to its trace. */
  traceId?: string | null
  onRetry?: (() => void) | undefined
}

/** How an answer or a request ended, in words. */
export function Note({ tone, type, headline, detail, retryAt = null, traceId, onRetry }: Props) {
  const text = useWords('core')
  return (
    <div className={`mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-s-2 ps-3 text-sm ${tones[tone].line}`}>
      {/* An alert only for the newest answer: those of the history are no news. */}
      <p role={onRetry ? 'alert' : undefined}>
        <span className={`font-medium ${tones[tone].headline}`}>
          {type ? (
            <Slot name="FailureHeadline" type={type}>
              {headline}
            </Slot>
          ) : (
            headline
          )}
        </span>
        <span className="text-quiet">
          {' '}
          <FailureDetail detail={detail} type={type} />
        </span>
      </p>
      {onRetry && (
        <Slot name="Retry" onRetry={onRetry} retryAt={retryAt}>
          <RetryButton onClick={onRetry}>{text.message.retry}</RetryButton>
        </Slot>
      )}
      {traceId && (
        <p className="w-full text-quiet text-xs">
          <Slot name="TraceLink" traceId={traceId} />
        </p>
      )}
    </div>
  )
}
