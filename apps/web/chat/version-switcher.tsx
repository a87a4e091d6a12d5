'use client'

import { type ReactNode, useEffect, useRef } from 'react'
import { ChevronIcon, PreviousIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { iconButton } from './copy-button.tsx'

const words = text.versions

export interface Switch {
  /** All versions of the message, oldest first. */
  versions: string[]
  /** Which button brought this version here: focus goes on where it was. */
  focused: 'previous' | 'next' | undefined
  onSwitch: (version: string, by: 'previous' | 'next') => void
}

/** "2 of 3", with the ways to the version before and after. */
export function VersionSwitcher({ id, versions, focused, onSwitch }: Switch & { id: string }) {
  const index = versions.indexOf(id)
  const step = (by: 'previous' | 'next', icon: ReactNode) => (
    <StepButton by={by} focused={focused === by} onSwitch={onSwitch} to={versions[index + (by === 'next' ? 1 : -1)]}>
      {icon}
    </StepButton>
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div aria-label={words.group} className="flex items-center text-quiet text-xs tabular-nums" role="group">
      {step('previous', <PreviousIcon size={15} />)}
      <span>{words.position(index + 1, versions.length)}</span>
      {step('next', <ChevronIcon size={15} />)}
    </div>
  )
}

function StepButton({
  by,
  to,
  focused,
  onSwitch,
  children,
}: {
  by: 'previous' | 'next'
  to: string | undefined
  focused: boolean
  onSwitch: Switch['onSwitch']
  children: ReactNode
}) {
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (focused) button.current?.focus()
  }, [focused])
  return (
    <button
      aria-disabled={to === undefined}
      aria-label={words[by]}
      className={`${iconButton} aria-disabled:opacity-40 aria-disabled:hover:bg-transparent`}
      onClick={() => to !== undefined && onSwitch(to, by)}
      ref={button}
      title={words[by]}
      type="button"
    >
      {children}
    </button>
  )
}
