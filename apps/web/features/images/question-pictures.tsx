'use client'

import type { ChatMessage } from '@repo/contract/message'
import type { FileUIPart } from 'ai'
import { X } from 'lucide-react'
import { useRef, useState } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'

/** The pictures of a question that was asked. Each opens in large. */
export default function QuestionPictures({ message }: { message: ChatMessage }) {
  const pictures = message.parts.filter((part) => part.type === 'file')
  return (
    <ul className="mb-1.5 flex max-w-full flex-wrap justify-end gap-1.5">
      {pictures.map((part) => (
        <li className="min-w-0" key={part.url}>
          <Picture part={part} />
        </li>
      ))}
    </ul>
  )
}

function Picture({ part: { url, filename, providerMetadata } }: { part: FileUIPart }) {
  const text = useWords('images')
  const dialog = useRef<HTMLDialogElement>(null)
  const [open, setOpen] = useState(false)
  const [gone, setGone] = useState(false)
  const { alt, width, height } = (providerMetadata?.chat ?? {}) as { alt?: string; width?: number; height?: number }
  const name = alt || filename || text.picture
  if (gone) return <p className="rounded-xl bg-surface px-4 py-2.5 text-quiet text-sm">{text.gone}</p>
  return (
    <>
      <button
        aria-label={text.enlarge({ name })}
        className="block overflow-hidden rounded-xl border border-line bg-surface"
        onClick={() => {
          setOpen(true)
          dialog.current?.showModal()
        }}
        type="button"
      >
        <img
          alt={name}
          className="h-auto max-h-44 w-auto max-w-full object-contain"
          height={height}
          onError={() => setGone(true)}
          src={url}
          width={width}
        />
      </button>
      <dialog
        aria-label={name}
        className="m-auto max-h-dvh max-w-[100vw] bg-transparent p-2 backdrop:bg-[rgb(0_0_0/0.7)]"
        closedby="any"
        onClose={() => setOpen(false)}
        ref={dialog}
      >
        {open && (
          <figure className="relative rounded-xl bg-raised p-2">
            <img
              alt={name}
              className="h-auto max-h-[calc(100dvh-6rem)] w-auto max-w-full rounded-lg object-contain"
              height={height}
              src={url}
              width={width}
            />
            <div className="flex items-center justify-between gap-4 ps-1 pt-1.5">
              <figcaption className="min-w-0 truncate text-quiet text-sm" dir="auto">
                {name}
              </figcaption>
              <IconButton label={text.close} onClick={() => dialog.current?.close()}>
                <X size={16} />
              </IconButton>
            </div>
          </figure>
        )}
      </dialog>
    </>
  )
}
