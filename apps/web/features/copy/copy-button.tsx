'use client'

import { Check, Copy, TriangleAlert } from 'lucide-react'
import { type ComponentProps, useEffect, useState } from 'react'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'

const CONFIRMATION_MS = 2000

/** @param text what goes to the clipboard */
export function CopyButton({ text, ...button }: ComponentProps<typeof IconButton> & { text: string }) {
  const words = useWords('copy')
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
      <IconButton {...button} onClick={copy}>
        <Icon size={15} />
      </IconButton>
      <span className={forbidden ? 'text-quiet text-xs' : 'sr-only'} role="status">
        {forbidden ? words.forbidden : result && words.copied}
      </span>
    </>
  )
}
