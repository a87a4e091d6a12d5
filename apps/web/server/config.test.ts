import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('nothing has to be set, and an empty variable counts as unset', () => {
  expect(parseConfig({ API_URL: '' })).toEqual({
    apiUrl: new URL('http://127.0.0.1:8000'),
    traceUrlTemplate: 'http://localhost:4318/traces/{traceId}',
    faroSampleRate: 1,
  })
})

test('a malformed variable is named, with an example', () => {
  expect(() => parseConfig({ API_URL: 'api:8000' })).toThrow(/API_URL .*such as http:\/\/127/)
  expect(() => parseConfig({ TRACE_URL_TEMPLATE: 'http://grafana/explore' })).toThrow(
    /TRACE_URL_TEMPLATE .*\{traceId\}/,
  )
  expect(() => parseConfig({ NEXT_PUBLIC_FARO_URL: 'on' })).toThrow(/NEXT_PUBLIC_FARO_URL .*12347/)
  expect(() => parseConfig({ NEXT_PUBLIC_FARO_SAMPLE_RATE: '10%' })).toThrow(/NEXT_PUBLIC_FARO_SAMPLE_RATE .*0 to 1/)
})
