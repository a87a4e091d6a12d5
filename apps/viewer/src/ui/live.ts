import { useEffect, useState, useSyncExternalStore } from 'react'
import type { TelemetryStore } from '../server/telemetry-store.ts'

type Stats = ReturnType<TelemetryStore['stats']>
let state: { stats?: Stats; connected: boolean } = { connected: false }
let source: EventSource | undefined
const listeners = new Set<() => void>()
const update = (next: typeof state) => {
  state = next
  for (const listener of listeners) listener()
}

// A hidden tab gives its connection back: browsers allow six an origin.
function connect() {
  source?.close()
  if (document.hidden) return
  source = new EventSource('/api/live')
  source.onmessage = ({ data }) => update({ stats: JSON.parse(data), connected: true })
  source.onerror = () => update({ ...state, connected: false })
}
addEventListener('visibilitychange', connect)
connect()

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
export const useLive = () => useSyncExternalStore(subscribe, () => state)

/** The answer of a GET, asked again whenever something arrived; undefined until the first. */
export function useData<T>(path: string): T | undefined {
  const { stats } = useLive()
  const [data, setData] = useState<T>()
  useEffect(() => {
    const request = new AbortController()
    fetch(path, { signal: request.signal })
      .then(async (response) => response.ok && setData(await response.json()))
      .catch(() => {}) // Aborted, or the server is away, which the header says.
    return () => request.abort()
  }, [path, stats])
  return data
}
