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
  const host = URL.parse(part.url)?.hostname ?? part.url
  return (
    <p className="mt-1 truncate text-quiet text-sm">
      <span className="sr-only">{text.source} </span>
      <span className="tabular-nums">[{number}]</span>{' '}
      <a className="underline hover:text-ink" href={part.url} rel="noopener noreferrer nofollow" target="_blank">
        {part.title ?? host}
      </a>
      {part.title && ` · ${host}`}
    </p>
  )
}
