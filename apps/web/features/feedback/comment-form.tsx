'use client'

import type { Feedback } from '@repo/contract/message'
import { useEffect, useRef, useState } from 'react'
import { useWords } from '../../words/use-words.tsx'

/** As the contract has it. */
const MAX_COMMENT_CHARS = 2000

interface Props {
  feedback: Feedback
  onSave: (comment: string) => void
  onClose: () => void
}

/** Asks what was good or bad; not answering is fine, the rating itself is saved already. */
export default function CommentForm({ feedback, onSave, onClose }: Props) {
  const text = useWords('feedback')
  const [comment, setComment] = useState(feedback.comment ?? '')
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => void form.current?.scrollIntoView({ block: 'nearest' }), []) // a promise in newer browsers

  return (
    <form
      className="order-last mt-1 flex w-full flex-wrap items-end gap-2 rounded-lg border border-line bg-surface p-3 text-sm"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onClose()
      }}
      onSubmit={(event) => {
        event.preventDefault()
        onSave(comment.trim())
      }}
      ref={form}
    >
      <label className="flex min-w-60 flex-1 flex-col gap-1 text-xs">
        {text.comment}
        <textarea
          className="field-sizing-content max-h-40 w-full resize-none rounded-md border border-line-strong bg-raised px-2 py-1.5 text-base text-ink placeholder:text-quiet"
          dir="auto"
          maxLength={MAX_COMMENT_CHARS}
          onChange={(event) => setComment(event.target.value)}
          placeholder={feedback.rating === 'up' ? text.upPlaceholder : text.downPlaceholder}
          rows={2}
          value={comment}
        />
      </label>
      <button className="min-h-8 rounded-md px-3 hover:bg-hover" onClick={onClose} type="button">
        {text.close}
      </button>
      <button className="min-h-8 rounded-md bg-accent px-3 font-medium text-on-accent" type="submit">
        {text.save}
      </button>
    </form>
  )
}
