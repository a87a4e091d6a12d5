import { expect, test } from 'vitest'
import { browserTelemetry } from './settings.ts'

test('without an address of a collector the page reports nothing', () => {
  expect(browserTelemetry({ FARO_URL: '' })).toBeNull()
  expect(browserTelemetry({ FARO_URL: 'http://127.0.0.1:12347/collect' })).toMatchObject({ sampleRate: 1 })
})

test('a malformed variable is named, with an example', () => {
  expect(() => browserTelemetry({ FARO_URL: 'on' })).toThrow(/FARO_URL .*12347/)
  expect(() => browserTelemetry({ FARO_SAMPLE_RATE: '10%' })).toThrow(/FARO_SAMPLE_RATE .*0 to 1/)
})
