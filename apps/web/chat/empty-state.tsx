'use client'

import { text } from '../text.ts'
import { useAppState } from './app-state.tsx'

/** @param onPick sends a message, with another model for this one message if given */
export function EmptyState({ onPick }: { onPick: (message: string, model?: string) => void }) {
  const { models } = useAppState()
  const faults = text.empty.faults.filter(({ model }) => models.some(({ id }) => id === model))

  return (
    <div className="reading-column flex min-h-full flex-col justify-center gap-8 py-8">
      <header>
        <h1 className="text-balance font-semibold text-2xl tracking-tight md:text-3xl">{text.empty.title}</h1>
        <p className="mt-2 max-w-[36rem] text-pretty text-quiet">{text.tagline}</p>
      </header>
      <section aria-label={text.empty.examplesLabel}>
        <ul className="grid gap-2 sm:grid-cols-2">
          {text.empty.examples.map((example) => (
            <li key={example}>
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
      {faults.length > 0 && (
        <section aria-labelledby="break-it">
          <h2 className="font-medium text-sm" id="break-it">
            {text.empty.breakLabel} <span className="font-normal text-quiet">{text.empty.breakHint}</span>
          </h2>
          <ul className="mt-2 flex flex-wrap gap-2">
            {faults.map(({ model, label, prompt }) => (
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
      )}
    </div>
  )
}
