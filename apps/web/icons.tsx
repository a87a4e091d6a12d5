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
export const EditIcon = icon(<path d="M4 20h4L19.5 8.5a2.1 2.1 0 0 0-3-3L5 17zm10-12 3 3" />)
export const PreviousIcon = icon(<path d="m15 6-6 6 6 6" />)
export const ToolIcon = icon(
  <path d="M14.5 6.5a4 4 0 0 0-5.3 5L4 16.8a2 2 0 0 0 2.9 2.8l5.2-5.2a4 4 0 0 0 5.2-5.1L14.8 12l-2.6-.5-.6-2.6z" />,
)
const thumb = (turn: string) =>
  icon(
    <path
      d="M7 11v9H4v-9zm0 0 4-8a2.4 2.4 0 0 1 2.4 2.4V9h5.1a2 2 0 0 1 2 2.3l-1.2 7a2 2 0 0 1-2 1.7H7"
      transform={turn}
    />,
  )
export const ThumbUpIcon = thumb('')
export const ThumbDownIcon = thumb('rotate(180 12 12)')
export const MoreIcon = icon(
  <g fill="currentColor" stroke="none">
    <circle cx="5" cy="12" r="1.6" />
    <circle cx="12" cy="12" r="1.6" />
    <circle cx="19" cy="12" r="1.6" />
  </g>,
)
export const RemoveIcon = icon(<path d="M5 7h14M10 7V5h4v2m-7 0 1 12h8l1-12" />)
export const SearchIcon = icon(<path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13m5-1.5L20 20" />)
export const UsageIcon = icon(<path d="M5 20v-6m7 6V5m7 15v-9" />)
export const KeyboardIcon = icon(
  <>
    <rect height="12" rx="2" width="19" x="2.5" y="6" />
    <path d="M6.5 10h.01m3.7 0h.01m3.7 0h.01m3.5 0h.01M8 14h8" />
  </>,
)
