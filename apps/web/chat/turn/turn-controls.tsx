'use client'

import { createContext, use } from 'react'
import type { Turn } from './use-turn.ts'

/** What a message can ask of the turn. It changes when a turn begins or ends, never while an answer streams. */
export interface TurnControls
  extends Pick<Turn, 'session' | 'versions' | 'busy' | 'returned' | 'send' | 'showVersion' | 'regenerate'> {
  /** Tells screen readers what has just been done, until the next turn. */
  say: (words: string) => void
}

export const TurnControlsContext = createContext<TurnControls | null>(null)

export function useTurnControls(): TurnControls {
  const controls = use(TurnControlsContext)
  if (!controls) throw new Error('useTurnControls needs a Chat above it')
  return controls
}
