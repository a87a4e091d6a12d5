'use client'

import type { Feedback, Rating } from '@repo/contract/message'
import { lazy, startTransition, useRef, useState } from 'react'
import { ThumbDownIcon, ThumbUpIcon } from '../icons.tsx'
import { request } from '../request.ts'
import { text } from '../text.ts'
import { iconButton } from './copy-button.tsx'

const CommentForm = lazy(() => import('./comment-form.tsx'))

const words = text.feedback
const thumbs = [
  { rating: 'up', Icon: ThumbUpIcon },
  { rating: 'down', Icon: ThumbDownIcon },
] as const

interface Props {
  messageId: string
  feedback: Feedback | null
  onChange: (messageId: string, feedback: Feedback | null) => void
}

/**
 * Thumbs, the pressed one being the visitor's: pressed again, it is taken back. A rating is saved at once and can then be
 * given a comment, in a form that takes a line of its own.
 */
export function FeedbackButtons({ messageId, feedback, onChange }: Props) {
  const [asking, setAsking] = useState(false)
  const [said, setSaid] = useState<{ words: string; failed: boolean } | null>(null)
  const buttons = useRef<HTMLDivElement>(null)

  const save = async (next: Feedback | null) => {
    const before = feedback
    onChange(messageId, next)
    if (await store(messageId, next)) {
      setSaid({ words: next ? words.saved : words.removed, failed: false })
    } else {
      onChange(messageId, before)
      setAsking(false)
      setSaid({ words: words.failed, failed: true })
    }
  }
  const rate = (rating: Rating) => {
    const taken = feedback?.rating === rating
    startTransition(() => setAsking(!taken))
    void save(taken ? null : { ...(feedback?.comment && { comment: feedback.comment }), rating })
  }
  const close = () => {
    setAsking(false)
    buttons.current?.querySelector<HTMLButtonElement>('[aria-pressed="true"]')?.focus()
  }

  return (
    <>
      <div className="flex" ref={buttons}>
        {thumbs.map(({ rating, Icon }) => (
          <button
            aria-label={words[rating]}
            aria-pressed={feedback?.rating === rating}
            className={`${iconButton} aria-pressed:text-accent aria-pressed:[&_path]:fill-current aria-pressed:[&_path]:[fill-opacity:0.25]`}
            key={rating}
            onClick={() => rate(rating)}
            title={words[rating]}
            type="button"
          >
            <Icon size={15} />
          </button>
        ))}
      </div>
      <p className={said?.failed ? 'order-last w-full text-danger' : 'sr-only'} role="status">
        {said?.words}
      </p>
      {asking && feedback && (
        <CommentForm
          feedback={feedback}
          onClose={close}
          onSave={(comment) => {
            close()
            void save({ rating: feedback.rating, ...(comment && { comment }) })
          }}
        />
      )}
    </>
  )
}

async function store(messageId: string, feedback: Feedback | null): Promise<boolean> {
  return (await request(feedback ? 'PUT' : 'DELETE', `/messages/${messageId}/feedback`, feedback)) !== null
}
