'use client'

import { lazy, type ReactNode, useState } from 'react'
import type { Turn } from '../../chat/turn/use-turn.ts'
import type { Feature } from '../../feature.ts'
import { when } from '../../ui/when.tsx'
import { useWords } from '../../words/use-words.tsx'
import { BUSY } from './busy.ts'

export const askAgain: Feature = {
  Turn: when(
    useWasBusy,
    lazy(() => import('./again.tsx')),
  ),
  FailureDetail: ByItself,
}

/** From the first time on, because it counts. */
function useWasBusy({ turn }: { turn: Turn }): boolean {
  const isBusy = turn.problem?.type === BUSY
  const [wasBusy, setWasBusy] = useState(isBusy)
  if (isBusy && !wasBusy) setWasBusy(true)
  return wasBusy
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
