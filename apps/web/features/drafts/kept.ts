const draftKey = (chat: string) => `draft:${chat}`
const unsentKey = (chat: string) => `unsent:${chat}`

/** Keeps what stands in the composer, so that neither a reload nor another conversation loses it. */
export function keepDraft(chat: string, text: string): void {
  keep(draftKey(chat), text)
}

/** Keeps a message that the API never got, so that a reload brings it back to the composer; null forgets it. */
export function keepUnsent(chat: string, message: string | null): void {
  keep(unsentKey(chat), message ?? '')
}

/**
 * What the composer begins with.
 *
 * @param unsentIsShown true where the page still shows the message that was not sent, with its Retry
 */
export function takeDraft(chat: string, unsentIsShown: boolean): string {
  if (unsentIsShown) return read(draftKey(chat))
  const text = [read(unsentKey(chat)), read(draftKey(chat))].filter(Boolean).join('\n\n')
  keepDraft(chat, text)
  keepUnsent(chat, null)
  return text
}

function keep(key: string, text: string): void {
  try {
    if (text === '') sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, text)
  } catch {
    // Storage can be switched off or full; the text then stays on the page only.
  }
}

function read(key: string): string {
  try {
    return sessionStorage.getItem(key) ?? ''
  } catch {
    return ''
  }
}
