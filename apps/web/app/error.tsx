'use client'

import { use, useEffect } from 'react'
import { FeaturesContext } from '../slot.tsx'
import { Notice } from '../ui/notice.tsx'
import { useWords } from '../words/use-words.tsx'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  const { crash } = useWords('core')
  const { logged } = useWords('errorPages')
  const features = use(FeaturesContext)
  useEffect(() => {
    for (const { onPageError } of features) onPageError?.(error)
  }, [features, error])
  return (
    <Notice detail={logged} title={crash.title}>
      <button onClick={reset} type="button">
        {crash.retry}
      </button>
    </Notice>
  )
}
