'use client'

import { useEffect } from 'react'
import { reportError } from '../browser-telemetry/report.ts'
import { text } from '../text.ts'
import { Notice } from './notice.tsx'

export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  useEffect(() => reportError(error), [error])
  return (
    <Notice detail={text.crash.detail} title={text.crash.title}>
      <button onClick={reset} type="button">
        {text.crash.retry}
      </button>
    </Notice>
  )
}
