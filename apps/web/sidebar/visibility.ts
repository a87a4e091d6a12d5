/** Where the sidebar stands beside the chat, rather than in a dialog above it: Tailwind's `md`. */
export function isWide(): boolean {
  return matchMedia('(width >= 48rem)').matches
}

/** In a cookie, so that the server can leave it out of the page. */
export const SIDEBAR_COOKIE = 'sidebar'

export function keepSidebarHidden(hidden: boolean): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${SIDEBAR_COOKIE}=${hidden ? 'hidden' : 'shown'}; path=/; max-age=31536000; samesite=lax`
}
