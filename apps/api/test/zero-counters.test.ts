import { startApi } from '@repo/local-stack/api-process'
import { startSink } from '@repo/viewer/sink'
import { expect, inject, it } from 'vitest'

it('counters exist with an explicit 0 before the first turn of a model', async () => {
  const sink = await startSink()
  const api = await startApi({
    DATABASE_URL: inject('databaseUrl'),
    OPENAI_BASE_URL: 'http://127.0.0.1:9/v1',
    LLM_MODEL: 'asked',
    OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  })
  const model = { 'gen_ai.request.model': 'asked' }
  await sink.waitFor(() => sink.metric('chat.turns', { ...model, 'chat.outcome': 'finished' })[0]?.value === 0)
  expect(sink.metric('chat.rejections', { 'chat.rejection.reason': 'model' })[0]?.value).toBe(0)
  const tokens = sink.metric('gen_ai.client.inference.usage.cache_read.input_tokens', model)
  expect(tokens.map(({ value, attributes }) => [value, attributes['gen_ai.token.modality']])).toEqual([[0, 'text']])
  await api.stop()
  await sink.stop()
})
