import { expect, test } from 'vitest'
import { protocolWarnings } from './environment.ts'

test('a protocol that is not spoken is told, by the name of its variable', () => {
  const spoken = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json', OTEL_EXPORTER_OTLP_LOGS_PROTOCOL: '' }
  expect(protocolWarnings(spoken)).toEqual([])
  expect(protocolWarnings({ ...spoken, OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: 'grpc' })).toEqual([
    expect.stringMatching(/^OTEL_EXPORTER_OTLP_TRACES_PROTOCOL is not followed: .* http\/json/),
  ])
})
