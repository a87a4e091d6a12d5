import type { ReactNode } from 'react'

/** A page that has only one thing to say, and one way on. */
export function Notice({ title, detail, children }: { title: string; detail: string; children: ReactNode }) {
  return (
    <div className="reading-column flex flex-1 flex-col items-start justify-center gap-3">
      <h1 className="font-semibold text-2xl">{title}</h1>
      <p className="text-quiet">{detail}</p>
      <div className="mt-3 *:inline-block *:rounded-lg *:bg-accent *:px-4 *:py-2 *:font-medium *:text-on-accent">
        {children}
      </div>
    </div>
  )
}
