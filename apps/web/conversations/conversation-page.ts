import type { Conversation, ConversationPage } from '@repo/contract/conversation'

/**
 * The newest page in front of the older ones that are shown already, so that looking again folds nothing away. What
 * should be in the newest page and is not is gone: another tab has deleted it.
 */
export function withNewest(shown: ConversationPage | null, newest: ConversationPage): ConversationPage {
  const last = newest.items.at(-1)
  if (!shown || !last || newest.nextCursor === null) return newest
  const ids = new Set(newest.items.map(({ id }) => id))
  const older = shown.items.filter((item) => !ids.has(item.id) && !isNewer(item, last))
  return older.length > 0 ? { items: [...newest.items, ...older], nextCursor: shown.nextCursor } : newest
}

/** The page that comes after what is shown. */
export function withOlder(shown: ConversationPage, older: ConversationPage): ConversationPage {
  const ids = new Set(shown.items.map(({ id }) => id))
  return { items: [...shown.items, ...older.items.filter(({ id }) => !ids.has(id))], nextCursor: older.nextCursor }
}

/** A conversation that was changed in its place, or one that came back at the place of its age. */
export function withConversation(shown: ConversationPage, conversation: Conversation): ConversationPage {
  const items = shown.items.filter(({ id }) => id !== conversation.id)
  const place = items.findIndex((item) => isNewer(conversation, item))
  // Older than all that is shown: the page that it belongs to brings it.
  if (place === -1 && shown.nextCursor !== null) return { ...shown, items }
  items.splice(place === -1 ? items.length : place, 0, conversation)
  return { ...shown, items }
}

export function withoutConversation(shown: ConversationPage, gone: string): ConversationPage {
  return { ...shown, items: shown.items.filter(({ id }) => id !== gone) }
}

/** As the API sorts: by time, and by id where that ties. */
function isNewer(a: Conversation, b: Conversation): boolean {
  return a.updatedAt === b.updatedAt ? a.id > b.id : a.updatedAt > b.updatedAt
}
