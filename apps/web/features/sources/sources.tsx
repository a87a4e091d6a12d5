'use client'

import type { Feature, PartProps } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const sources: Feature = { Part: Source }

/** A page that an answer is based on, with the number that its text has for it. */
function Source({ message: { parts }, index }: PartProps) {
  const text = useWords('sources')
  const part = parts[index]
  if (part?.type !== 'source-url') return null
  const number = Number(part.sourceId) + 1
  const page = URL.parse(part.url)
  const host = page?.hostname || part.url
  // What a model has read may name any address: one that runs something is not to be clicked.
  const href = /^https?:$/.test(page?.protocol ?? '') ? part.url : undefined
  return (
    <p className="mt-1 truncate text-quiet text-sm">
      <span className="sr-only">{text.source} </span>
      <span className="tabular-nums">[{number}]</span>{' '}
      <a className="underline hover:text-ink" href={href} rel="noopener noreferrer nofollow" target="_blank">
        {part.title ?? host}
      </a>
      {part.title && ` · ${host}`}
    </p>
  )
}
