'use client'

import type { FileUIPart } from 'ai'
import { ArrowUp, Square } from 'lucide-react'
import { type SyntheticEvent, useEffect, useRef, useState } from 'react'
import type { AttachedFile } from '../../feature.ts'
import { Slot } from '../../slot.tsx'
import { useWords } from '../../words/use-words.tsx'
import { isSendKey } from './send-key.ts'

interface Props {
  busy: boolean
  stopping: boolean
  /** A refused message: back in the field, unless something new stands there. */
  returned: { text: string; files: FileUIPart[] } | null
  onSend: (message: string, options: { files: FileUIPart[] }) => void
  onStop: () => void
}

export function Composer({ busy, stopping, returned, onSend, onStop }: Props) {
  const text = useWords('core')
  const [draft, setDraft] = useState('')
  const [files, setFiles] = useState<readonly AttachedFile[]>([])
  const field = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    if (!returned) return
    setDraft((current) => current || returned.text)
    setFiles((current) => (current.length > 0 ? current : returned.files.map((part) => ({ id: part.url, part }))))
  }, [returned])

  const sendable = (draft.trim() !== '' || files.length > 0) && files.every(({ part, held }) => part && !held)
  const send = () => {
    if (busy || !sendable) return
    onSend(draft.trim(), { files: files.flatMap(({ part }) => part ?? []) })
    setDraft('')
    setFiles([])
    field.current?.focus()
  }
  const submit = (event: SyntheticEvent) => {
    event.preventDefault()
    send()
  }
  const typed = { draft, setDraft, files, setFiles }
  const label = busy ? text.composer.stop : text.composer.send

  return (
    <form
      className="rounded-2xl border border-line bg-raised p-2 shadow-xs focus-within:border-line-strong"
      onSubmit={submit}
    >
      <Slot name="Attached" {...typed} />
      <textarea
        aria-describedby="composer-hint"
        aria-label={text.composer.label}
        className="field-sizing-content block max-h-[40dvh] min-h-10 w-full resize-none bg-transparent px-2 py-2 text-base leading-6 outline-none placeholder:text-quiet"
        dir="auto"
        enterKeyHint="send"
        id="message"
        onChange={(event) => setDraft(event.target.value)}
        onKeyDown={(event) => isSendKey(event) && submit(event)}
        placeholder={text.composer.placeholder}
        ref={field}
        rows={1}
        value={draft}
      />
      <div className="flex items-center justify-between gap-2">
        <Slot name="Draft" {...typed} />
        <Slot name="ComposerOptions" {...typed} />
        <p className="sr-only" id="composer-hint">
          {text.composer.hint}
        </p>
        {/* One button for both, so that focus stays where it is when Send becomes Stop and back. */}
        <button
          aria-disabled={busy ? stopping : !sendable}
          aria-label={label}
          className="ms-auto grid size-9 shrink-0 place-items-center rounded-full bg-accent text-on-accent aria-disabled:bg-hover aria-disabled:text-quiet"
          onClick={busy && !stopping ? onStop : undefined}
          title={label}
          type={busy ? 'button' : 'submit'}
        >
          {busy ? <Square fill="currentColor" size={12} /> : <ArrowUp size={18} />}
        </button>
      </div>
    </form>
  )
}
