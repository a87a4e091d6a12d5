/** What can be done by keyboard from anywhere; the letter is the key. */
export const commands = { n: 'newChat', k: 'search', m: 'message', c: 'copy', b: 'sidebar' } as const
export type Command = (typeof commands)[keyof typeof commands] | 'help'

export interface KeyPress {
  key: string
  /** The place on the keyboard: with Alt, a Mac's `key` is another character. */
  code: string
  altKey: boolean
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
}

/**
 * Alt and Shift with a letter work everywhere; the letter alone only where nothing is typed, and only if they are wanted
 * (WCAG 2.1.4): people who speak to their computer would press them without knowing. Ctrl or Cmd with K is what other
 * products taught.
 *
 * @param typing true in a field
 */
export function commandOf(press: KeyPress, typing: boolean, singleKeys: boolean): Command | null {
  const { key, code, altKey, ctrlKey, metaKey, shiftKey } = press
  if (ctrlKey || metaKey) {
    if (altKey || shiftKey) return null
    return key.toLowerCase() === 'k' ? 'search' : key === '/' ? 'help' : null
  }
  if (altKey) return shiftKey && code.startsWith('Key') ? byLetter(code.slice(3)) : null
  if (typing || !singleKeys) return null
  return key === '?' ? 'help' : shiftKey ? null : byLetter(key)
}

function byLetter(letter: string): Command | null {
  return Object.entries(commands).find(([key]) => key === letter.toLowerCase())?.[1] ?? null
}
