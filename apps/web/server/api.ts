import type { ConversationWithMessages } from '@repo/contract/conversation'
import { headers } from 'next/headers'
import { cache } from 'react'
import { config } from './config.ts'
import { log } from './log.ts'
import { pick, targetUrl, WHO_ASKS } from './proxy-rules.ts'

/** Longer would only delay a page that can say "not available" at once. */
const TIMEOUT_MS = 5000

/** A conversation; `unknown` if there is none with this id for this visitor; null if the API does not answer. */
export const loadConversation = cache(async (id: string): Promise<ConversationWithMessages | 'unknown' | null> => {
  const response = await request(`/api/conversations/${encodeURIComponent(id)}`)
  if (response?.ok) return response.json()
  return response && response.status < 500 ? 'unknown' : null
})

/** Whether the API lets this request's visitor in: known when something was loaded. */
export const door = cache(() => ({ open: true }))

/** What the API answers the visitor, or null if it does not. */
export async function load<T>(path: string): Promise<T | null> {
  const response = await request(path)
  if (response?.status === 401) door().open = false
  return response?.ok ? response.json() : null
}

async function request(path: string): Promise<Response | null> {
  const who = pick(await headers(), WHO_ASKS)
  try {
    const { pathname, search } = new URL(path, config().apiUrl)
    const target = targetUrl(config().apiUrl, { pathname, search })
    return target && (await fetch(target, { headers: who, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) }))
  } catch (error) {
    log.error({ err: (error as Error).cause ?? error }, 'API not reachable')
    return null
  }
}
