import type { ReactNode } from 'react'

/** A page of figures: what it is about, then its sections. */
export function Report({
  title,
  intro,
  form,
  children,
}: {
  title: string
  intro: string
  /** What is shown is chosen there. */
  form?: ReactNode
  children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls by itself has to be reached by keyboard
    <div className="min-h-0 flex-1 overflow-y-auto" tabIndex={0}>
      <div className="reading-column flex flex-col gap-10 py-8 pb-[max(2rem,env(safe-area-inset-bottom))] lg:max-w-5xl">
        <header>
          <h1 className="font-semibold text-2xl tracking-tight">{title}</h1>
          <p className="mt-1 text-quiet">{intro}</p>
          {form}
        </header>
        {children}
      </div>
    </div>
  )
}
