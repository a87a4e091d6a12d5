import type { ComponentProps, ReactNode } from 'react'

interface Props extends Omit<ComponentProps<'select'>, 'aria-label' | 'title' | 'className'> {
  label: string
  icon: ReactNode
}

/** The browser's own select, as quiet as a link. Its name is also what a pointer is told. */
export function CompactSelect({ label, icon, children, ...props }: Props) {
  return (
    <span className="relative flex min-w-0 flex-1 items-center">
      <span className="pointer-events-none absolute start-2">{icon}</span>
      <select
        aria-label={label}
        className="w-full min-w-0 appearance-none truncate rounded-md bg-transparent py-1.5 ps-8 pe-2 hover:bg-hover hover:text-ink [&>option]:bg-raised [&>option]:text-ink"
        title={label}
        {...props}
      >
        {children}
      </select>
    </span>
  )
}
