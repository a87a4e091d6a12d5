'use client'

import { lazy, type ReactNode, Suspense, useState } from 'react'
import type { Turn } from '../../chat/turn/use-turn.ts'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { BUSY } from './busy.ts'

export const askAgain: Feature = { Turn: AskAgain, FailureDetail: ByItself }

const Again = lazy(() => import('./again.tsx'))

/** Loaded when it is needed for the first time; then it stays, because it counts. */
function AskAgain({ turn }: { turn: Turn }) {
  const isBusy = turn.problem?.type === BUSY
  const [needed, setNeeded] = useState(false)
  if (isBusy && !needed) setNeeded(true)
  return (
    needed && (
      <Suspense>
        <Again turn={turn} />
      </Suspense>
    )
  )
}

function ByItself({ type, children }: { type: string; children: ReactNode }) {
  const text = useWords('askAgain')
  return (
    <>
      {children}
      {type === BUSY && ` ${text.byItself}`}
    </>
  )
}
