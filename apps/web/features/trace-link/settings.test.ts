import { expect, test } from 'vitest'
import { traceLink } from './settings.ts'

test('traces are at the viewer, and conversations nowhere, unless something else is set', () => {
  expect(traceLink({})).toEqual({ trace: 'http://localhost:4318/traces/{traceId}', conversation: null })
  const CONVERSATION_URL_TEMPLATE = 'http://localhost:3001/d/conversation?var-conversation={conversationId}'
  expect(traceLink({ CONVERSATION_URL_TEMPLATE }).conversation).toBe(CONVERSATION_URL_TEMPLATE)
})

test('a template without its placeholder is named, with an example', () => {
  expect(() => traceLink({ TRACE_URL_TEMPLATE: 'http://grafana/explore' })).toThrow(/TRACE_URL_TEMPLATE .*\{traceId\}/)
  expect(() => traceLink({ CONVERSATION_URL_TEMPLATE: 'http://grafana/d/conversation' })).toThrow(
    /CONVERSATION_URL_TEMPLATE .*\{conversationId\}/,
  )
})
