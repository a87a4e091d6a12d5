'use client'

import type { Conversation } from '@repo/contract/conversation'
import { useEffect } from 'react'

/** What happened to a conversation, here or in another tab; empty: there may be new ones. */
export interface Change {
  changed?: Conversation
  deleted?: string
}

const listeners = new Set<(change: Change) => void>()
/** Changes so far, and the end of those that are being stored. */
let made = 0
let running: Promise<unknown> = Promise.resolve()
let otherTabs: BroadcastChannel | undefined

/** Shows a change on this page, before it is stored, or as another tab has stored it. */
export function show(change: Change): void {
  if (change.changed || change.deleted) made++
  for (const listener of listeners) listener(change)
}

/** Shows a change on this page and in the other tabs. */
export function tell(change: Change): void {
  show(change)
  otherTabs?.postMessage(change)
}

/** Stores a change: what is loaded meanwhile may not know it yet. */
export function store<T>(work: () => Promise<T>): Promise<T> {
  const ended = work().finally(() => made++)
  running = Promise.allSettled([running, ended])
  return ended
}

/** What is loaded, with every change in it that was made meanwhile: it is loaded again until there was none. */
export async function loadSettled<T>(load: () => Promise<T>): Promise<T> {
  const before = made
  const loaded = await load()
  await running
  return made === before ? loaded : loadSettled(load)
}

/** Calls back for every change, and when the page is looked at again. */
export function useChanges(onChange: (change: Change) => void): void {
  useEffect(() => {
    if (!otherTabs) {
      otherTabs = new BroadcastChannel('conversations')
      otherTabs.onmessage = ({ data }: MessageEvent<Change>) => show(data)
    }
    const onVisible = () => onChange({})
    listeners.add(onChange)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      listeners.delete(onChange)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [onChange])
}
