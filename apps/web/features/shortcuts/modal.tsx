'use client'

import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'

interface Props {
  title: string
  closeLabel: string
  onClose: () => void
  children: ReactNode
}

/** The browser's own dialog, open as long as it is mounted: it keeps focus inside, and gives it back at the end. */
export function Modal({ title, closeLabel, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      aria-labelledby="modal-title"
      className="m-auto max-h-[calc(100dvh-2rem)] w-[30rem] max-w-[calc(100vw-2rem)] rounded-2xl border border-line bg-raised p-5 text-ink shadow-xl backdrop:bg-black/40"
      closedby="any"
      onClose={onClose}
      ref={dialog}
    >
      <div className="mb-3 flex items-center justify-between gap-4">
        <h2 className="font-semibold text-lg" id="modal-title">
          {title}
        </h2>
        <button
          aria-label={closeLabel}
          className="-me-2 grid size-9 place-items-center rounded-lg text-quiet hover:bg-hover hover:text-ink"
          onClick={() => dialog.current?.close()}
          type="button"
        >
          <X />
        </button>
      </div>
      {children}
    </dialog>
  )
}
