import type { ReactNode } from 'react'
import { useWords } from '../../words/use-words.tsx'
import { failureHeadline } from './headlines.ts'

export default function Known({ type, children }: { type: string; children: ReactNode }) {
  const text = useWords('failureWords')
  const headline = failureHeadline(type)
  return headline ? text[headline] : children
}
