'use client'

import { useEffect } from 'react'
import { reportPageError } from '../slot.tsx'
import { text } from '../text.ts'
import { Notice } from '../ui/notice.tsx'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  useEffect(() => reportPageError(error), [error])
  return (
    <Notice detail={text.crash.detail} title={text.crash.title}>
      <button onClick={reset} type="button">
        {text.crash.retry}
      </button>
    </Notice>
  )
}
