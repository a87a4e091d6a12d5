import { z } from 'zod'
import { parseEnvironment } from '../../server/environment.ts'

export interface TraceLinkSettings {
  /** Address of a trace, with `{traceId}` in it. */
  trace: string
  /** Address of all turns of a conversation, with `{conversationId}` in it; null: there is no such page. */
  conversation: string | null
}

const template = (placeholder: string) =>
  z.string().refine((text) => /^https?:\/\//.test(text) && text.includes(placeholder))

/** Where the page's links to telemetry lead. */
export function traceLink(env: Record<string, string | undefined>): TraceLinkSettings {
  const { TRACE_URL_TEMPLATE, CONVERSATION_URL_TEMPLATE } = parseEnvironment(
    env,
    {
      TRACE_URL_TEMPLATE: template('{traceId}').default('http://localhost:4318/traces/{traceId}'),
      CONVERSATION_URL_TEMPLATE: template('{conversationId}').optional(),
    },
    {
      TRACE_URL_TEMPLATE:
        'TRACE_URL_TEMPLATE must be an http(s) address that contains {traceId}, such as http://localhost:4318/traces/{traceId}',
      CONVERSATION_URL_TEMPLATE:
        'CONVERSATION_URL_TEMPLATE must be an http(s) address that contains {conversationId}, such as http://localhost:3001/d/conversation?var-conversation={conversationId}',
    },
  )
  return { trace: TRACE_URL_TEMPLATE, conversation: CONVERSATION_URL_TEMPLATE ?? null }
}
