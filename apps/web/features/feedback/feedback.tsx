'use client'

import type { ChatMessage, Feedback, MessageMetadata, Rating } from '@repo/contract/message'
import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { lazy, startTransition, useRef, useState } from 'react'
import { setMetadata } from '../../chat/turn/session.ts'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { Feature } from '../../feature.ts'
import { request } from '../../request.ts'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'

export const feedback: Feature = { AnswerActions: FeedbackButtons }

const CommentForm = lazy(() => import('./comment-form.tsx'))

const thumbs = [
  { rating: 'up', Icon: ThumbsUp },
  { rating: 'down', Icon: ThumbsDown },
] as const

/**
 * Thumbs, the pressed one being the visitor's: pressed again, it is taken back. A rating is saved at once and can then be
 * given a comment, in a form that takes a line of its own.
 */
function FeedbackButtons({ message: { id }, metadata }: { message: ChatMessage; metadata: MessageMetadata }) {
  const text = useWords('feedback')
  const { session } = useTurnControls()
  const { feedback } = metadata
  const [asking, setAsking] = useState(false)
  const [said, setSaid] = useState<{ words: string; failed: boolean } | null>(null)
  const buttons = useRef<HTMLDivElement>(null)

  const save = async (next: Feedback | null) => {
    setMetadata(session, id, { feedback: next })
    if (await request(next ? 'PUT' : 'DELETE', `/messages/${id}/feedback`, next)) {
      setSaid({ words: next ? text.saved : text.removed, failed: false })
    } else {
      setMetadata(session, id, { feedback })
      setAsking(false)
      setSaid({ words: text.failed, failed: true })
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
          <IconButton
            aria-pressed={feedback?.rating === rating}
            className="aria-pressed:text-accent aria-pressed:[&_path]:fill-current aria-pressed:[&_path]:[fill-opacity:0.25]"
            key={rating}
            label={text[rating]}
            onClick={() => rate(rating)}
          >
            <Icon size={15} />
          </IconButton>
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
