'use client'

import { Slot } from '../slot.tsx'
import { text } from '../text.ts'

/** @param onPick sends a message, with another model for this one message if given */
export function EmptyState({ onPick }: { onPick: (message: string, model?: string) => void }) {
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
      <Slot name="EmptyState" onPick={onPick} />
    </div>
  )
}
