import type { ReactNode } from 'react'
import { useWords } from '../../words/use-words.tsx'
import { failureHeadline } from './headlines.ts'

export interface FailureProps {
  type: string
  /** What there is to say without knowing the type. */
  children: ReactNode
}

export function Headline({ type, children }: FailureProps) {
  const text = useWords('failureWords')
  const headline = failureHeadline(type)
  return headline ? text[headline] : children
}

export function Detail({ type, children }: FailureProps) {
  const { sentences } = useWords('failureWords')
  return sentences[type] ?? (/^5\d\d$/.test(type) ? sentences['5xx'] : undefined) ?? children
}
