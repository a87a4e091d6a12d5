'use client'

import { type KeyboardEvent, useEffect, useId, useRef } from 'react'
import { isSendKey } from '../../chat/composer/send-key.ts'
import { useWords } from '../../words/use-words.tsx'

interface Props {
  value: string
  onChange: (value: string) => void
  onCancel: () => void
  onSubmit: (text: string) => void
}

/** A question in a field, in its own place. */
export default function QuestionEditor({ value, onChange, onCancel, onSubmit }: Props) {
  const text = useWords('versions')
  const field = useRef<HTMLTextAreaElement>(null)
  const hint = useId()
  const sendable = value.trim() !== ''

  useEffect(() => {
    field.current?.focus()
    field.current?.setSelectionRange(-1, -1)
  }, [])

  const submit = () => sendable && onSubmit(value.trim())
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      onCancel()
    } else if (isSendKey(event)) {
      event.preventDefault()
      submit()
    }
  }

  return (
    <form
      className="w-full rounded-2xl border border-line bg-raised p-2 focus-within:border-line-strong"
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <textarea
        aria-describedby={hint}
        aria-label={text.edited}
        className="field-sizing-content block max-h-[40dvh] min-h-10 w-full resize-none bg-transparent px-2 py-2 text-base leading-6 outline-none"
        dir="auto"
        enterKeyHint="send"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
        ref={field}
        value={value}
      />
      <div className="flex flex-wrap items-center justify-end gap-2 px-1 text-sm">
        <p className="min-w-48 flex-1 text-quiet text-xs" id={hint}>
          {text.hint}
        </p>
        <button className="min-h-8 rounded-md px-3 hover:bg-hover" onClick={onCancel} type="button">
          {text.cancel}
        </button>
        <button
          aria-disabled={!sendable}
          className="min-h-8 rounded-md bg-accent px-3 font-medium text-on-accent aria-disabled:bg-hover aria-disabled:text-quiet"
          type="submit"
        >
          {text.send}
        </button>
      </div>
    </form>
  )
}
