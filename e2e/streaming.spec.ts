import { attribute } from '@repo/telemetry/catalogue'
import { askOverHttp } from './chat-stream.ts'
import { expect, test } from './fixtures.ts'
import { isModelCall, isTurn, one } from './telemetry.ts'

test('an answer arrives in many reads through the web server, also when gzip is accepted', async ({ baseURL }) => {
  const { response } = await askOverHttp(String(baseURL), `mock-echo ${'word '.repeat(400)}`)
  expect(response.statusCode).toBe(200)
  expect(response.headers).toMatchObject({
    'content-type': expect.stringMatching(/^text\/event-stream/),
    'cache-control': 'no-cache, no-transform',
  })
  expect(response.headers['content-encoding']).toBeUndefined()
  let reads = 0
  let body = ''
  for await (const read of response) {
    reads += 1
    body += read
  }
  expect(reads).toBeGreaterThan(20)
  expect(body).toMatch(/data: \[DONE\]\s*$/)
})

test('a client that hangs up and does not come back ends the turn as disconnected, and the provider is asked no further', async ({
  baseURL,
  telemetry,
}) => {
  const stream = await askOverHttp(String(baseURL), 'Write a long guide to OpenTelemetry sampling.', 'mock-long')
  let head = ''
  for await (const read of stream.response) {
    head += read
    if (head.includes('"text-delta"')) break // leaving the loop destroys the response
  }
  stream.hangUp()
  const traceId = head.match(/"traceId":"([0-9a-f]{32})"/)?.[1] ?? ''

  const { spans } = await telemetry.finishedTurn(traceId)
  const turn = one(spans.filter(isTurn), 'turn')
  const call = one(spans.filter(isModelCall), 'model call')
  expect(turn.attributes[attribute.outcome]).toBe('disconnected')
  expect(call.attributes[attribute.incompleteReason]).toBe('cancelled')
  expect(call.attributes).not.toHaveProperty([attribute.errorType])
  expect(call.attributes).not.toHaveProperty([attribute.usageOutputTokens])
  const attempts = spans.filter(({ parentSpanId }) => parentSpanId === call.spanId)
  expect(attempts).toHaveLength(1)
  expect(await telemetry.turnsOf(stream.conversationId)).toEqual([traceId])
})
