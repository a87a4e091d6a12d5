import { type LucideIcon, RotateCcw } from 'lucide-react'
import type { ComponentProps } from 'react'

type Props = ComponentProps<'button'> & { Icon?: LucideIcon }

export function RetryButton({ children, Icon = RotateCcw, ...props }: Props) {
  return (
    <button
      className="inline-flex min-h-7 items-center gap-1.5 rounded-md border border-line bg-raised px-2.5 py-1 font-medium tabular-nums hover:border-line-strong aria-disabled:cursor-not-allowed aria-disabled:text-quiet"
      type="button"
      {...props}
    >
      <Icon size={14} />
      {children}
    </button>
  )
}
