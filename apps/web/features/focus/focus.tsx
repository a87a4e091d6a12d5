'use client'

import { useEffect } from 'react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { DraftProps, Feature } from '../../feature.ts'

export const focus: Feature = { Draft: Focus }

/** Whoever comes to a chat can type at once, and goes on typing where a pressed button has gone. */
function Focus({ setDraft }: DraftProps) {
  const { busy } = useTurnControls()

  // On a slow machine something may have been typed into the server's page before React came to it.
  useEffect(() => {
    const early = field()?.value
    if (early) setDraft(() => early)
  }, [])

  // Undo, offered for the conversation that this one takes the place of, may have focus already: which of the two comes
  // first is open.
  useEffect(() => {
    if (!document.activeElement?.closest('[role="status"]')) focusField()
  }, [])

  // The example or Retry button that was pressed is gone with its click, and focus with it.
  useEffect(() => {
    if (busy && document.activeElement === document.body) focusField()
  }, [busy])
  return null
}

const field = () => document.querySelector<HTMLTextAreaElement>('#message')

/** On a touch screen the keyboard would open over the page. */
function focusField(): void {
  if (matchMedia('(pointer: fine)').matches) field()?.focus({ preventScroll: true })
}
