import { useSyncExternalStore } from 'react'

function go(href: string, replace = false) {
  history[replace ? 'replaceState' : 'pushState'](null, '', href)
  dispatchEvent(new Event('popstate'))
  if (!replace) scrollTo(0, 0)
}

// Every link of ours stays on the page; those that ask for another tab or lead elsewhere are the browser's.
addEventListener('click', (event) => {
  const link = (event.target as Element).closest('a')
  if (!link || link.origin !== location.origin || event.metaKey || event.ctrlKey || event.shiftKey) return
  event.preventDefault()
  go(link.href)
})

const subscribe = (listener: () => void) => {
  addEventListener('popstate', listener)
  return () => removeEventListener('popstate', listener)
}

/** The address, and a way to change one key of its query, so that every filtered view can be linked to. */
export function useRoute() {
  const { pathname: path, searchParams: query } = new URL(useSyncExternalStore(subscribe, () => location.href))
  const set = (key: string, value: string) => {
    if (value) query.set(key, value)
    else query.delete(key)
    go(`${path}?${query}`, true)
  }
  return { path, query, get: (key: string) => query.get(key) ?? '', set }
}
