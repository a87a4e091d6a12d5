import { type APIEvent, type TransportItem, TransportItemType } from '@grafana/faro-web-sdk'
import { beforeAll, expect, test, vi } from 'vitest'
import { withoutContent } from './without-content.ts'

const filter = withoutContent(['chat.outcome'])
const timestamp = '2026-01-01T00:00:00.000Z'

function sent(type: TransportItemType, payload: object, meta: TransportItem['meta'] = {}) {
  return filter({ type, payload: payload as APIEvent, meta })
}

beforeAll(() => vi.stubGlobal('location', { origin: 'http://chat.test' }))

test('the address of the page loses query and fragment, and keeps the conversation', () => {
  const meta = { page: { url: 'http://chat.test/c/1?q=typed#typed' }, session: { id: 's' } }
  expect(sent(TransportItemType.EVENT, { name: 'session_start', timestamp }, meta)?.meta).toEqual({
    page: { url: 'http://chat.test/c/1' },
    session: { id: 's' },
  })
})

test('an error keeps its type and the frames of our scripts, not its message', () => {
  const ours = { filename: 'http://chat.test/_next/static/a.js', function: 'send', lineno: 1, colno: 2 }
  const frames = [ours, { filename: 'http://typed', function: 'typed' }]
  const error = { timestamp, type: 'SyntaxError', value: `Unexpected token 't', "typed" is not valid JSON` }
  expect(sent(TransportItemType.EXCEPTION, { ...error, stacktrace: { frames }, context: { cause: 'typed' } })).toEqual({
    type: 'exception',
    payload: { timestamp, type: 'SyntaxError', value: '', stacktrace: { frames: [ours] } },
    meta: {},
  })
  expect(sent(TransportItemType.EXCEPTION, { ...error, type: 'typed, by name' })?.payload).toMatchObject({
    type: 'Error',
  })
})

test("an error of React's keeps its number, and not the text of the page that follows it", () => {
  const value = 'Minified React error #418; visit https://react.dev/errors/418?args[]=typed for the full message.'
  expect(sent(TransportItemType.EXCEPTION, { timestamp, type: 'Error', value })?.payload).toEqual({
    timestamp,
    type: 'Error',
    value: 'Minified React error #418',
  })
})

test('a measurement keeps its numbers and what it is told apart by, not the element it is about', () => {
  const context = { rating: 'good', interaction_target: '#typed', 'chat.outcome': 'finished', other: 'typed' }
  const measured = { timestamp, type: 'web-vitals', values: { inp: 24 }, context }
  expect(sent(TransportItemType.MEASUREMENT, measured)?.payload).toEqual({
    ...measured,
    context: { rating: 'good', 'chat.outcome': 'finished' },
  })
})

test('a span loses the query of its address and nothing else', () => {
  const span = (url: string) => ({
    name: 'GET',
    attributes: [
      { key: 'url.full', value: { stringValue: url } },
      { key: 'http.response.status_code', value: { intValue: 200 } },
    ],
  })
  const trace = (url: string) => ({
    resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans: [span(url)] }] }],
  })
  expect(sent(TransportItemType.TRACE, trace('http://chat.test/api/conversations?cursor=typed'))?.payload).toEqual(
    trace('http://chat.test/api/conversations'),
  )
})

test('lines of the console, and events other than those of sessions, are not sent', () => {
  expect(sent(TransportItemType.LOG, { timestamp, message: 'typed' })).toBeNull()
  expect(
    sent(TransportItemType.EVENT, { name: 'faro.user.action', timestamp, attributes: { text: 'typed' } }),
  ).toBeNull()
})
