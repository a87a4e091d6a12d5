'use client'

import { lazy } from 'react'
import type { Feature, PartProps } from '../../feature.ts'

/** Called so that it stands below the call, which features show in the order of their names. */
export const toolsToApprove: Feature = { Part: Approval }

const Asked = lazy(() => import('./asked.tsx'))

/** A call that asked before it was made: the question, or what became of it. */
function Approval({ message, index }: PartProps) {
  const part = message.parts[index]
  if (part?.type !== 'dynamic-tool' || !part.approval) return null
  return <Asked open={message.metadata?.outcome === null} part={part} />
}
