import type { MessageMetadata } from '@repo/contract/message'
import { RetryIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { type OutcomeNotice, outcomeNotice } from './outcome.ts'

const tones: Record<OutcomeNotice['tone'], string> = {
  neutral: 'border-line-strong',
  warning: 'border-warning',
  danger: 'border-danger',
}

const headlines: Record<OutcomeNotice['tone'], string> = {
  neutral: 'text-ink',
  warning: 'text-warning',
  danger: 'text-danger',
}

interface Props {
  metadata: MessageMetadata
  hasContent: boolean
  onRetry?: (() => void) | undefined
}

/** How an answer ended, in words, unless it simply finished. */
export function OutcomeNote({ metadata, hasContent, onRetry }: Props) {
  const notice = outcomeNotice(metadata, hasContent)
  return notice && <Note {...notice} onRetry={onRetry} />
}

export function Note({ tone, headline, detail, onRetry }: OutcomeNotice & { onRetry?: (() => void) | undefined }) {
  return (
    <div className={`mt-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-s-2 ps-3 text-sm ${tones[tone]}`}>
      {/* An alert only for the newest answer: those of the history are no news. */}
      <p role={onRetry ? 'alert' : undefined}>
        <span className={`font-medium ${headlines[tone]}`}>{headline}</span>
        {detail && <span className="text-quiet"> {detail}</span>}
      </p>
      {onRetry && (
        <button
          className="inline-flex items-center gap-1.5 rounded-md border border-line bg-raised px-2.5 py-1 font-medium hover:border-line-strong"
          onClick={onRetry}
          type="button"
        >
          <RetryIcon size={14} />
          {text.message.retry}
        </button>
      )}
    </div>
  )
}
