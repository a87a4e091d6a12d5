'use client'

import { type KeyboardEvent, type ReactNode, useLayoutEffect, useRef } from 'react'

interface Props {
  /** The button that it belongs to: it opens below it, or above where there is no room, and gives focus back to it. */
  anchor: HTMLElement
  label: string
  onClose: () => void
  children: ReactNode
}

const GAP = 4

/**
 * A menu of commands, open as long as it is mounted. The browser's popover closes it on Esc and on a click elsewhere;
 * what is its own are the places and the arrow keys.
 */
export function Menu({ anchor, label, onClose, children }: Props) {
  const menu = useRef<HTMLDivElement>(null)

  useLayoutEffect(() => {
    const element = menu.current
    if (!element) return
    element.showPopover()
    const { top, bottom, right } = anchor.getBoundingClientRect()
    const below = bottom + GAP + element.offsetHeight < innerHeight
    element.style.top = `${below ? bottom + GAP : Math.max(0, top - GAP - element.offsetHeight)}px`
    element.style.left = `${Math.max(GAP, right - element.offsetWidth)}px`
    commands(element)[0]?.focus()
  }, [anchor])

  // Not left to the toggle event, which comes later: the next key may have opened the menu again by then, or the command
  // taken the button away.
  const close = (element: HTMLElement) => {
    element.hidePopover()
    onClose()
  }

  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>) => {
    const all = commands(event.currentTarget)
    const last = all.length - 1
    const now = all.indexOf(document.activeElement as HTMLElement)
    const next = { ArrowDown: now === last ? 0 : now + 1, ArrowUp: now <= 0 ? last : now - 1, Home: 0, End: last }[
      event.key
    ]
    if (event.key === 'Tab') close(event.currentTarget)
    if (event.key === 'Escape') {
      // Esc closes the menu and nothing else.
      event.preventDefault()
      event.stopPropagation()
      close(event.currentTarget)
    }
    if (next === undefined) return
    event.preventDefault()
    all[next]?.focus()
  }

  return (
    <div
      aria-label={label}
      className="fixed inset-auto m-0 min-w-44 rounded-lg border border-line bg-raised p-1 text-ink text-sm shadow-lg *:flex *:w-full *:items-center *:gap-2.5 *:rounded-md *:px-2.5 *:py-1.5 *:text-start *:hover:bg-hover *:focus-visible:-outline-offset-2"
      onClick={(event) => close(event.currentTarget)}
      onKeyDown={onKeyDown}
      onToggle={(event) => event.newState === 'closed' && event.currentTarget.isConnected && onClose()}
      popover="auto"
      ref={menu}
      role="menu"
      tabIndex={-1}
    >
      {children}
    </div>
  )
}

const commands = (menu: HTMLElement) => [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')]
