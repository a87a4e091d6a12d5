'use client'

import { text } from '../text.ts'
import { Notice } from './notice.tsx'

export default function PageError({ reset }: { reset: () => void }) {
  return (
    <Notice detail={text.crash.detail} title={text.crash.title}>
      <button onClick={reset} type="button">
        {text.crash.retry}
      </button>
    </Notice>
  )
}
