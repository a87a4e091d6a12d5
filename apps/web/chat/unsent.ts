const KEY = 'unsent-message'

/** Keeps a message that the API never got, so that a reload brings it back to the composer; null forgets it. */
export function keepUnsent(message: string | null): void {
  try {
    if (message === null) sessionStorage.removeItem(KEY)
    else sessionStorage.setItem(KEY, message)
  } catch {
    // Storage can be switched off; the message then stays on the page only.
  }
}

/** The message that was kept, or an empty text. */
export function unsentMessage(): string {
  try {
    return sessionStorage.getItem(KEY) ?? ''
  } catch {
    return ''
  }
}
