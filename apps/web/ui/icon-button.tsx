import type { ComponentProps } from 'react'

type Props = Omit<ComponentProps<'button'>, 'aria-label' | 'title'> & { label: string }

/** A small square button of an icon; its name is also what a pointer is told. */
export function IconButton({ label, className = '', ...props }: Props) {
  return (
    <button
      aria-label={label}
      className={`grid size-7 shrink-0 place-items-center rounded-md text-quiet hover:bg-hover hover:text-ink ${className}`}
      title={label}
      type="button"
      {...props}
    />
  )
}
