'use client'

import { useEffect, useState } from 'react'
import { CheckIcon, CopyIcon } from '../icons.tsx'
import { text as words } from '../text.ts'

export const iconButton = 'grid size-7 place-items-center rounded-md text-quiet hover:bg-hover hover:text-ink'

const CONFIRMATION_MS = 2000

/** @param text what goes to the clipboard */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), CONFIRMATION_MS)
    return () => clearTimeout(timer)
  }, [copied])

  // Browsers offer the clipboard to secure origins only; without it the button does nothing rather than fail.
  const copy = () =>
    void navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => {},
    )

  return (
    <button aria-label={label} className={iconButton} onClick={copy} title={label} type="button">
      {copied ? <CheckIcon size={15} /> : <CopyIcon size={15} />}
      <span className="sr-only" role="status">
        {copied && words.message.copied}
      </span>
    </button>
  )
}
