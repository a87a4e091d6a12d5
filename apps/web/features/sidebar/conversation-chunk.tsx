'use client'

import type { Conversation } from '@repo/contract/conversation'
import { memo, useEffect, useRef, useState } from 'react'
import { ConversationItem, LINE_REM } from './conversation-item.tsx'

interface Props {
  items: Conversation[]
  /** Of the one that is shown, if it is among these. */
  current: string | undefined
  onRename: (conversation: Conversation, title: string) => void
  onDelete: (conversation: Conversation) => void
}

/** So many lines are rendered, or left alone, together. */
const CHUNK = 100

/** How far outside of what is seen a chunk still has its lines. */
const NEAR = '1000px'

/**
 * A stretch of a list that may have thousands of lines: rendered again only if one of its own changed, and far from what
 * is seen only its height.
 */
export const ConversationChunk = memo(function ConversationChunk({ items, current, onRename, onDelete }: Props) {
  const list = useRef<HTMLUListElement>(null)
  const [near, setNear] = useState(true)

  useEffect(() => {
    const element = list.current
    if (!element) return
    const seen = (entries: IntersectionObserverEntry[]) =>
      setNear(Boolean(entries.at(-1)?.isIntersecting) || element.contains(document.activeElement))
    const observer = new IntersectionObserver(seen, { root: element.closest('nav'), rootMargin: NEAR })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  return (
    <ul ref={list} style={near ? undefined : { height: `${items.length * LINE_REM}rem` }}>
      {near &&
        items.map((conversation) => (
          <ConversationItem
            conversation={conversation}
            current={conversation.id === current}
            key={conversation.id}
            onDelete={onDelete}
            onRename={onRename}
          />
        ))}
    </ul>
  )
}, isSame)

function isSame(before: Props, after: Props): boolean {
  const { items, ...rest } = after
  return (
    items.length === before.items.length &&
    items.every((item, index) => item === before.items[index]) &&
    Object.entries(rest).every(([key, value]) => value === before[key as keyof Props])
  )
}

/** Cuts a list into chunks. The last one is the short one, so that older lines change no chunk but that. */
export function chunksOf<T>(items: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(items.length / CHUNK) }, (_, n) => items.slice(n * CHUNK, (n + 1) * CHUNK))
}
