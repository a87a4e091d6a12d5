'use client'

import { useCallback, useEffect, useMemo, useState } from 'react'
import { text } from '../text.ts'
import type { Turn } from './use-turn.ts'
import type { Switch } from './version-switcher.tsx'

/**
 * Going from version to version of a message.
 *
 * @param letGo called before other messages are shown, so that the page does not run to its end
 * @returns `switchingOf` a message: null where it has no versions, and while an answer is written; `said` for those who
 * cannot see what has changed
 */
export function useSwitching({ path, busy, showVersion }: Turn, letGo: () => void) {
  const [arrived, setArrived] = useState<{ id: string; by: 'previous' | 'next' }>()
  const [failed, setFailed] = useState(false)
  const { versions } = path

  // With the next turn it is no news any more, and focus is elsewhere.
  useEffect(() => {
    if (!busy) return
    setArrived(undefined)
    setFailed(false)
  }, [busy])

  const onSwitch = useCallback(
    async (id: string, by: 'previous' | 'next') => {
      letGo()
      const shown = await showVersion(id)
      setFailed(!shown)
      if (shown) setArrived({ id, by })
    },
    [showVersion, letGo],
  )

  const switches = useMemo(
    () =>
      Object.fromEntries(
        Object.entries(versions).map(([id, all]): [string, Switch] => [
          id,
          { versions: all, focused: arrived?.id === id ? arrived.by : undefined, onSwitch },
        ]),
      ),
    [versions, arrived, onSwitch],
  )

  const shown = arrived && versions[arrived.id]
  const position = shown ? text.versions.shown(shown.indexOf(arrived.id) + 1, shown.length) : ''
  return {
    said: failed ? text.versions.unavailable : position,
    switchingOf: (id: string): Switch | null => (busy ? null : (switches[id] ?? null)),
  }
}
