import { unusedPorts } from '@repo/local-stack/ports'
import { startSink } from '@repo/viewer/sink'
import { expect, test } from './fixtures.ts'
import { startTestStack } from './test-stack.ts'

/** Each word stands for a place in which people's text could get into telemetry. */
const canary = {
  question: 'canaryquestion7261',
  answer: 'canaryanswer7262',
  failing: 'canaryfailing7263',
  refused: 'canaryrefused7264',
  apiQuery: 'canaryapiquery7265',
  pageQuery: 'canarypagequery7266',
  badRequest: 'canarybadrequest7267',
}

test('what people and models write is in no byte of telemetry and in no line of log', async ({ chat, page }) => {
  test.slow() // a stack of its own
  const sink = await startSink()
  const stack = await startTestStack('canary', await unusedPorts(), {
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_METRIC_EXPORT_INTERVAL: '1000',
    LOG_LEVEL: 'debug',
  })
  try {
    await chat.open(`${stack.url}/?q=${canary.pageQuery}`)
    await chat.ask(`What about ${canary.question}?`)
    await chat.answered()
    await chat.ask(`mock-echo ${canary.answer}`)
    await chat.answered(2)
    await expect(chat.answer).toContainText(canary.answer)
    await chat.reload() // the title of the page, and the history
    await chat.answered(2)
    await chat.ask(`mock-error ${canary.failing}`)
    await expect(chat.answer.getByRole('alert')).toContainText('Failed.')
    await chat.ask(`${canary.refused} ${'a'.repeat(16_000)}`)
    await expect(chat.field).toHaveValue(new RegExp(canary.refused))

    const get = (path: string) => page.request.get(stack.url + path)
    expect((await get(`/api/conversations?cursor=${canary.apiQuery}`)).status()).toBe(400)
    expect((await get(`/api/conversations?limit=${canary.apiQuery}`)).status()).toBe(400)
    const malformed = `{"id": "${canary.badRequest}", "message": ${canary.badRequest}`
    const headers = { 'content-type': 'application/json' }
    expect((await page.request.post(`${stack.url}/api/chat`, { headers, data: malformed })).status()).toBe(400)

    await stack.stop() // everything that was still to be sent is sent
    const telemetry = sink.rawBodies().join('\n')
    const logs = stack.log()
    expect(telemetry).toContain('invoke_agent assistant')
    expect(telemetry).toContain('http.server.request.duration')
    expect(telemetry).toContain('turn finished')
    expect(logs).toContain('turn finished')
    const leaks = (text: string) => Object.values(canary).flatMap((word) => around(word, text))
    expect({ telemetry: leaks(telemetry), logs: leaks(logs) }).toEqual({ telemetry: [], logs: [] })
  } finally {
    await stack.remove()
    await sink.stop()
  }
})

/** Where the word stands, with enough around it to see what wrote it. */
function around(word: string, text: string): string[] {
  return [...text.matchAll(new RegExp(`.{0,200}${word}.{0,40}`, 'gi'))].map(([found]) => found)
}
