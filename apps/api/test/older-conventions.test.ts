import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { alloys, startAlloy } from './alloy.ts'

const [alloy] = alloys
const why = alloy ? '' : ' (skipped: no alloy in STACK_BIN or PATH)'
const modules = path.join(import.meta.dirname, '../../../alloy/modules')

/** A real Alloy with the module alone between its receiver and a sink. @returns the span that came through */
async function through(attributes: object, enabled: boolean) {
  const { url, sink, stop } = await startAlloy(
    alloy ?? '',
    `traces  = [modules.older.default.input]
    metrics = [modules.older.default.input]
    logs    = [modules.older.default.input]`,
    `import.file "modules" {
  filename = "${modules}"
}
modules.older "default" {
  enabled = ${enabled}
  traces  = otelcol.exporter.otlphttp.sink.input
  metrics = otelcol.exporter.otlphttp.sink.input
  logs    = otelcol.exporter.otlphttp.sink.input
}`,
  )
  try {
    await promisify(execFile)(
      process.execPath,
      ['--import', '@repo/telemetry/register', 'test/older-service.ts', JSON.stringify(attributes)],
      {
        cwd: path.join(import.meta.dirname, '..'),
        env: { PATH: process.env.PATH, OTEL_EXPORTER_OTLP_ENDPOINT: url },
      },
    )
    return await sink.waitFor(() => sink.spans({ name: 'chat older' })[0], { timeoutMs: 20_000 })
  } finally {
    await stop()
  }
}

const older = {
  'gen_ai.system': 'az.ai.openai',
  'gen_ai.request.model': 'a',
  'gen_ai.usage.prompt_tokens': 30,
  'gen_ai.usage.completion_tokens': 7,
  'gen_ai.usage.cache_creation.input_tokens': 5,
  'gen_ai.openai.response.service_tier': 'default',
  'rpc.jsonrpc.request_id': '4',
  'rpc.jsonrpc.error_code': -32602,
  'mcp.tool.name': 'search',
  // As newer libraries send it beside the older name, for a time.
  'gen_ai.openai.request.seed': 1,
  'gen_ai.request.seed': 2,
}

describe.skipIf(!alloy)(`alloy${why}`, () => {
  it('renames what a service sends by older conventions, where that is switched on', { timeout: 60_000 }, async () => {
    const newer = {
      'gen_ai.provider.name': 'azure.ai.openai',
      'gen_ai.request.model': 'a',
      'gen_ai.usage.input_tokens': 30,
      'gen_ai.usage.output_tokens': 7,
      'gen_ai.usage.cache_write.input_tokens': 5,
      'openai.response.service_tier': 'default',
      'jsonrpc.request.id': '4',
      'rpc.response.status_code': '-32602',
      'gen_ai.tool.name': 'search',
      'gen_ai.request.seed': 2,
    }
    const span = await through(older, true)
    expect(span.attributes).toEqual(newer)
    expect(span.events[0]?.attributes).toEqual(newer)
  })

  it('leaves all as it is, where it is not', { timeout: 60_000 }, async () => {
    expect((await through(older, false)).attributes).toEqual(older)
  })
})
