'use client'

import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const askedFirst: Feature = { EmptyState: Examples }

/** Questions to begin with. */
function Examples({ onPick }: { onPick: (message: string) => void }) {
  const text = useWords('askedFirst')
  return (
    <section aria-label={text.label}>
      <ul className="grid gap-2 sm:grid-cols-2">
        {text.examples.map((example) => (
          <li className="sm:last:odd:col-span-2" key={example}>
            <button
              className="h-full w-full rounded-xl border border-line px-4 py-3 text-start text-sm leading-snug hover:border-line-strong hover:bg-surface"
              onClick={() => onPick(example)}
              type="button"
            >
              {example}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
