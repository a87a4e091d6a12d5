'use client'

import { Check, Copy, TriangleAlert } from 'lucide-react'
import { useEffect, useState } from 'react'
import { text as words } from '../text.ts'
import { IconButton } from './icon-button.tsx'

const CONFIRMATION_MS = 2000

/** @param text what goes to the clipboard */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [result, setResult] = useState<'copied' | 'forbidden' | null>(null)
  useEffect(() => {
    if (!result) return
    const timer = setTimeout(() => setResult(null), CONFIRMATION_MS)
    return () => clearTimeout(timer)
  }, [result])

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setResult('copied')
    } catch {
      // It asked the person, who said no, or it has no clipboard at all: for pages of plain HTTP.
      setResult('forbidden')
    }
  }
  const forbidden = result === 'forbidden'
  const Icon = forbidden ? TriangleAlert : result ? Check : Copy
  return (
    <>
      <IconButton label={label} onClick={copy}>
        <Icon size={15} />
      </IconButton>
      <span className={forbidden ? 'text-quiet text-xs' : 'sr-only'} role="status">
        {forbidden ? words.message.copyForbidden : result && words.message.copied}
      </span>
    </>
  )
}
