import type { ReactNode } from 'react'

/** Icons on a 24 px grid, drawn in the text's colour. Decoration only: the button that holds one carries the name. */
const icon = (paths: ReactNode) =>
  function Icon({ size = 18 }: { size?: number }) {
    return (
      <svg
        aria-hidden="true"
        className="shrink-0"
        fill="none"
        height={size}
        stroke="currentColor"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="1.75"
        viewBox="0 0 24 24"
        width={size}
      >
        {paths}
      </svg>
    )
  }

export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h10" />)
export const PlusIcon = icon(<path d="M12 5v14M5 12h14" />)
export const CloseIcon = icon(<path d="m6 6 12 12M18 6 6 18" />)
export const SendIcon = icon(<path d="M12 19V5m-6 6 6-6 6 6" />)
export const StopIcon = icon(<rect fill="currentColor" height="10" rx="1.5" stroke="none" width="10" x="7" y="7" />)
export const DownIcon = icon(<path d="M12 5v14m6-6-6 6-6-6" />)
export const ChevronIcon = icon(<path d="m9 6 6 6-6 6" />)
export const CopyIcon = icon(
  <>
    <rect height="11" rx="2" width="11" x="9" y="9" />
    <path d="M5 15V6a2 2 0 0 1 2-2h8" />
  </>,
)
export const CheckIcon = icon(<path d="m5 13 4.5 4.5L19 7" />)
export const RetryIcon = icon(<path d="M4 12a8 8 0 1 0 2.6-5.9M4 4v5h5" />)
