'use client'

import { use, useEffect } from 'react'
import { FeaturesContext } from '../slot.tsx'
import { text } from '../text.ts'
import { Notice } from '../ui/notice.tsx'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  const features = use(FeaturesContext)
  useEffect(() => {
    for (const { onPageError } of features) onPageError?.(error)
  }, [features, error])
  return (
    <Notice detail={text.crash.detail} title={text.crash.title}>
      <button onClick={reset} type="button">
        {text.crash.retry}
      </button>
    </Notice>
  )
}
