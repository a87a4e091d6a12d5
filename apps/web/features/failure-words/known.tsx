import type { ReactNode } from 'react'
import { failureHeadline } from './headlines.ts'

export default function Known({ type, children }: { type: string; children: ReactNode }) {
  return failureHeadline(type) ?? children
}
