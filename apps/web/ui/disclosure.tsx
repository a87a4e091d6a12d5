import { ChevronRight } from 'lucide-react'

/** A quiet line that opens: for `details`, with a `Marker` at the beginning of its `summary`. */
export const disclosure =
  'group text-quiet text-sm [&>summary]:inline-flex [&>summary]:min-h-6 [&>summary]:list-none [&>summary]:items-center [&>summary]:gap-2 [&>summary]:rounded [&>summary]:hover:text-ink [&>summary]:[&::-webkit-details-marker]:hidden'

/** @param live true while what it stands for goes on */
export function Marker({ live }: { live: boolean }) {
  return live ? (
    <Pulse />
  ) : (
    <span className="group-open:rotate-90 motion-safe:transition-transform">
      <ChevronRight size={12} />
    </span>
  )
}

export function Pulse() {
  return (
    <span className="m-0.5 size-2 motion-safe:animate-[breathe_1.6s_ease-in-out_infinite] rounded-full bg-accent" />
  )
}
