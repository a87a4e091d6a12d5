import { z } from 'zod'

/** All processes listen here for what is wanted of a conversation's running answer. */
export const ASK_CHANNEL = 'chat_answer'
/** Where a process listens for what others tell it. */
export const tellChannel = (writer: number) => `chat_answer_${writer}`

/** NOTIFY takes 7,999 bytes: that many UTF-16 units are at most 7,800 bytes of UTF-8. */
const MAX_UNITS = 2600

const ask = z.object({
  conversationId: z.uuid(),
  /** What the answers are for. */
  mirror: z.uuid(),
  /** The process that asks. */
  to: z.int().positive(),
  /** The one that holds it, once that is known. */
  of: z.int().positive().optional(),
  /** How many pieces it has; null: it wants no more. */
  has: z.int().nonnegative().nullable(),
  /** The next one was told, and did not arrive. */
  again: z.boolean().optional(),
  /** Of the request that brings one more reader. */
  traceparent: z.string().optional(),
})
export type Ask = z.infer<typeof ask>

/** What the holder tells. `none`: this process does not hold it. `alive`: how many pieces it has told so far. */
export type Told = { readonly mirror: string; readonly by: number } & (
  | { readonly kind: 'none' }
  | { readonly kind: 'alive'; readonly count: number }
  /** From its beginning on, numbered from 0; an empty one is the end. */
  | { readonly kind: 'piece'; readonly index: number; readonly text: string }
)

/** @returns undefined for anything else: whoever can reach the database can tell anything */
export function parseAsk(payload: string): Ask | undefined {
  try {
    return ask.safeParse(JSON.parse(payload)).data
  } catch {
    return undefined
  }
}

/** Not JSON: the text is of events whose every quote would be escaped once more. */
export function payloadOf(told: Told): string {
  const head = `${told.mirror} ${told.by} ${told.kind}`
  if (told.kind === 'none') return head
  return told.kind === 'alive' ? `${head} ${told.count}` : `${head} ${told.index} ${told.text}`
}

const TOLD = /^(?<mirror>\S+) (?<by>\d+) (?:(?<none>none)|alive (?<count>\d+)|piece (?<index>\d+) (?<text>.*))$/s

/** @returns undefined for anything else */
export function parseTold(payload: string): Told | undefined {
  const { mirror, by, none, count, index, text } = TOLD.exec(payload)?.groups ?? {}
  if (mirror === undefined) return undefined
  const head = { mirror, by: Number(by) }
  if (none) return { ...head, kind: 'none' }
  if (count) return { ...head, kind: 'alive', count: Number(count) }
  return { ...head, kind: 'piece', index: Number(index), text: text ?? '' }
}

/** In pieces that a notification can carry; no character is cut in two. */
export function piecesOf(text: string): string[] {
  const pieces: string[] = []
  for (let at = 0; at < text.length; ) {
    const end = Math.min(at + MAX_UNITS, text.length)
    const cutsPair = end < text.length && /[\uD800-\uDBFF]/.test(text.charAt(end - 1))
    pieces.push(text.slice(at, cutsPair ? end - 1 : end))
    at += (pieces.at(-1) as string).length
  }
  return pieces
}
