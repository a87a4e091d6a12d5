const TITLE_CHARS = 60

/** Conversations are called by the first sentence of their first question, in plain text. */
export async function titles(_app: unknown, services: { titleOf: (text: string) => string }): Promise<void> {
  services.titleOf = titleOf
}

/**
 * The title of a conversation: the first sentence of its first question, without Markdown, cut at a word. No model is
 * asked for a better one: that would be a second call for each conversation, with a cost, a delay and failures of its
 * own, for a line that can be renamed.
 * @returns at most 60 characters; empty only for a text without any
 */
export function titleOf(text: string): string {
  const lines = plain(text)
    .split('\n')
    .map((line) => line.trim())
  const line = lines.find((line) => line !== '') ?? text.trim()
  // A stop inside `v1.2` or `next.js` ends nothing: only one before a blank does.
  const sentence = /^.{3,}?[.!?](?=\s)|^.*?[。！？]|^.+/u.exec(line)?.[0] ?? line
  if (sentence.length <= TITLE_CHARS) return sentence
  const cut = sentence.slice(0, TITLE_CHARS - 1).toWellFormed()
  const lastBlank = cut.lastIndexOf(' ')
  return `${cut.slice(0, lastBlank > TITLE_CHARS / 2 ? lastBlank : undefined).trimEnd()}…`
}

function plain(text: string): string {
  return text
    .replace(/^\s*(```|~~~).*$/gm, '') // fences: the code itself is better than nothing
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1') // links and pictures
    .replace(/^\s*(#{1,6}|>|[-*+]|\d+\.)\s+/gm, '') // headings, quotes, lists
    .replace(/(\*\*|__|~~|`)(.+?)\1/g, '$2')
    .replace(/\*(\S(?:.*?\S)?)\*/g, '$1')
}
