import { Slot } from '../slot.tsx'
import { text } from '../text.ts'

/** @param onPick sends a message, with another model for this one message if given */
export function EmptyState({ onPick }: { onPick: (message: string, model?: string) => void }) {
  return (
    <div className="my-auto flex flex-col gap-8">
      <header>
        <h1 className="text-balance font-semibold text-2xl tracking-tight md:text-3xl">{text.emptyTitle}</h1>
        <p className="mt-2 max-w-[36rem] text-pretty text-quiet">{text.tagline}</p>
      </header>
      <Slot name="EmptyState" onPick={onPick} />
    </div>
  )
}
