'use client'

import { useAppState } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const breakIt: Feature = { EmptyState: BreakIt }

/** Faults to try, where the mock offers their models. */
function BreakIt({ onPick }: { onPick: (message: string, model: string) => void }) {
  const text = useWords('breakIt')
  const { models } = useAppState()
  const faults = Object.entries(text.faults).filter(([model]) => models.some(({ id }) => id === model))
  if (faults.length === 0) return null
  return (
    <section aria-labelledby="break-it">
      <h2 className="font-medium text-sm" id="break-it">
        {text.label} <span className="font-normal text-quiet">{text.hint}</span>
      </h2>
      <ul className="mt-2 flex flex-wrap gap-2">
        {faults.map(([model, { label, prompt }]) => (
          <li key={model}>
            <button
              className="rounded-full border border-line px-3.5 py-1.5 text-quiet text-sm hover:border-line-strong hover:text-ink"
              onClick={() => onPick(prompt, model)}
              type="button"
            >
              {label}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
