import type { FastifyBaseLogger } from 'fastify'
import { expect, it } from 'vitest'
import { toPrompt } from '../../chat/prompt.ts'
import type { HistoryMessage } from '../../db/messages.ts'
import type { StoredPart } from '../../db/stored-parts.ts'
import { ProviderError } from '../provider-error.ts'
import { type OutgoingCall, type ProviderRequest, RequestForms } from './request.ts'

/** The same numbers in each run (mulberry32). */
function numbers(seed: number) {
  let state = seed
  return (below: number) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const parts = [
  ...['', ' ', 'Text.'].map((text) => ({ type: 'text', text })),
  { type: 'reasoning', text: 'Hm.' },
  { type: 'step-start' },
  { type: 'data-kept', data: { by: 's m', message: { reasoning_content: true, details: [1] } } },
  { type: 'data-kept', data: { by: 'other', calls: { 1: { extra_content: {} } } } },
  ...['1', '1', 'call_0', 'x'.repeat(60)].flatMap((toolCallId) =>
    [{ a: 1 }, [1], 'no JSON', null, undefined].map((input, i) => ({
      ...{ type: 'dynamic-tool', toolCallId, toolName: 'calculator', input, errorText: 'no' },
      ...{ state: ['output-available', 'output-error', 'input-streaming'][i % 3], output: ['2', '', null][i % 3] },
    })),
  ),
] as unknown as StoredPart[]
const refusals = (
  "max_tokens|'tools'|does not support tools|system role|not supported|reasoning_content|missing|maximum context length|4096|" +
  'tool_call_id|length of 9|schema|local__a|calculator|extra_content|details|unknown|tools[0]|function_declarations[9]|' +
  'thought_signature|(((|$&|messages|stream_options|completion|prompt'
).split('|')

/** What any provider would refuse. */
function faultsOf({ messages }: ReturnType<OutgoingCall['body']>): string[] {
  const faults: string[] = []
  const ids = new Set<string>()
  let open: string[] = []
  let last = 'none'
  for (const message of messages) {
    if (message.role === 'system' && last === 'none') continue
    if (message.role !== 'tool' && open.length > 0) faults.push('a call without its result')
    if (message.role === 'tool') {
      if (!open.includes(message.tool_call_id)) faults.push('a result without its call')
      open = open.filter((id) => id !== message.tool_call_id)
    } else if (message.role === last) faults.push('two in a row')
    if (last === 'none' && message.role !== 'user') faults.push('it begins with an answer')
    if (last === 'tool' && message.role === 'user') faults.push('a question right after a result')
    const calls = message.role === 'assistant' ? (message.tool_calls ?? []) : []
    if (!message.content && calls.length === 0) faults.push('a message without content')
    for (const call of calls) {
      if (call.type !== 'function') continue
      if (ids.has(call.id)) faults.push('an id twice')
      if (!/^[\w.:-]{1,40}$/.test(call.id)) faults.push('an id of another form')
      if (!call.function.arguments.startsWith('{')) faults.push('arguments that are no object')
      ids.add(call.id)
      open.push(call.id)
    }
    last = message.role
  }
  return open.length > 0 ? [...faults, 'a call without its result'] : faults
}

it('whatever is stored, and whatever a model refuses, what goes out is a conversation, and the asking ends', () => {
  const below = numbers(11)
  const some = <T>(of: readonly T[], most: number) =>
    Array.from({ length: below(most) }, () => of[below(of.length)] as T)
  const forms = () => new RequestForms('s', 4096)
  const refused = (message: string) =>
    new ProviderError('400', { refusal: { code: null, type: null, param: null, status: null, message } })
  const tool = { name: 'local__a', description: '', inputSchema: {}, plainSchema: {} }
  for (let round = 0; round < 3000; round++) {
    const history: HistoryMessage[] = [
      ...Array.from({ length: below(8) }, () => ({
        role: below(2) === 0 ? ('user' as const) : ('assistant' as const),
        parts: some(parts, 6),
      })),
      { role: 'user', parts: [{ type: 'text', text: 'Well?' }] },
    ]
    const request = {
      model: { id: 'm', name: 'm', tools: below(4) > 0 },
      messages: [{ role: 'system', text: 'Be kind.' }, ...toPrompt(history, below(4) > 0)],
      tools: [tool, { ...tool, name: 'calculator' }],
      mayCallTools: below(2) === 0,
      log: { info() {} } as unknown as FastifyBaseLogger,
    } as unknown as ProviderRequest
    const call = forms().call(request)
    let asked = 1
    for (; asked < 20; asked++) {
      const body = call.body()
      expect(faultsOf(body), JSON.stringify(body.messages)).toEqual([])
      if (!call.learn(refused(some(refusals, 8).join(' ')))) break
    }
    expect(asked).toBeLessThan(15)
  }
})
