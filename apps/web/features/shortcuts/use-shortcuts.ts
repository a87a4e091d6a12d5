'use client'

import { useEffect, useRef } from 'react'
import { type Command, commandOf } from './commands.ts'

const KEY = 'single-key-shortcuts'

/** Runs what is given for each command. Nothing happens while a dialog is open: it has its own keys. */
export function useShortcuts(run: Record<Command, () => void>): void {
  const latest = useRef(run)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || document.querySelector('dialog[open], :popover-open')) return
      const command = commandOf(event, isTyping(event.target), singleKeysOn())
      if (!command) return
      event.preventDefault()
      latest.current[command]()
    }
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [])
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))
}

/** True unless they were switched off in this browser. */
export function singleKeysOn(): boolean {
  try {
    return localStorage.getItem(KEY) !== 'off'
  } catch {
    return true
  }
}

export function switchSingleKeys(on: boolean): void {
  try {
    localStorage.setItem(KEY, on ? 'on' : 'off')
  } catch {
    // Storage can be switched off; the keys then stay on.
  }
}
