'use client'

import { Slot } from '../../slot.tsx'
import { useWords } from '../../words/use-words.tsx'

/** What the page itself knows of a failure, or else what the API says of it: in English, unless a feature has words. */
export function FailureDetail({ type = '', detail }: { type?: string | undefined; detail: string | null }) {
  const { problem } = useWords('core')
  if (Object.hasOwn(problem, type)) return problem[type as keyof typeof problem]
  return (
    detail && (
      <Slot name="FailureDetail" type={type}>
        <span lang="en">{detail}</span>
      </Slot>
    )
  )
}
