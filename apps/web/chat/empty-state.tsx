import { Slot } from '../slot.tsx'
import { useWords } from '../words/use-words.tsx'

/** @param onPick sends a message, with another model for this one message if given */
export function EmptyState({ onPick }: { onPick: (message: string, model?: string) => void }) {
  const text = useWords('core')
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
