import { usePathname } from 'next/navigation'
import { useEffect, useRef } from 'react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import type { AttachedFile, DraftProps } from '../../feature.ts'

const keyOf = (chat: string) => `pictures:${chat}`

/** Pictures that have been sent to the API and not yet with a message are there again after a reload. */
export function useKeptPictures(files: DraftProps['files'], setFiles: DraftProps['setFiles']): void {
  const { session } = useTurnControls()
  const chat = usePathname() === '/' ? 'new' : session.id
  const keptFor = useRef(chat)

  useEffect(() => {
    const kept = read(keyOf(chat))
    if (kept.length > 0) setFiles((current) => (current.length > 0 ? current : kept))
  }, [])

  useEffect(() => {
    if (keptFor.current !== chat) keep(keyOf(keptFor.current), [])
    keptFor.current = chat
    keep(
      keyOf(chat),
      files.filter(({ part }) => part),
    )
  }, [chat, files])
}

function keep(key: string, files: readonly AttachedFile[]): void {
  try {
    if (files.length === 0) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, JSON.stringify(files))
  } catch {
    // Storage can be switched off or full; they then stay on the page only.
  }
}

function read(key: string): AttachedFile[] {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '[]')
  } catch {
    return []
  }
}
