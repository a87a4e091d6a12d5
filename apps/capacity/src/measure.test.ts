import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { values } from './coefficients.ts'
import { calibrationOf, compared, readCalibration } from './compare.ts'
import { measure } from './measure.ts'
import { predict } from './predict.ts'
import { cpuSeconds } from './processes.ts'
import { UsageError } from './usage-error.ts'

/** A process of the name, as `/proc` tells of it: ticks of its own, and of children that have ended. */
function proc(...processes: [pid: number, parent: number, name: string, ticks: [number, number, number, number]][]) {
  const folder = mkdtempSync(path.join(tmpdir(), 'proc-'))
  for (const [pid, parent, name, ticks] of processes) {
    mkdirSync(path.join(folder, `${pid}`))
    writeFileSync(
      path.join(folder, `${pid}/stat`),
      `${pid} (${name}) S ${parent} 1 1 0 -1 0 0 0 0 0 ${ticks.join(' ')} 20 0`,
    )
  }
  mkdirSync(path.join(folder, '99')) // ended while we looked
  return folder
}

it('processor time is that of a process and of all below it, ended ones too', () => {
  const folder = proc(
    [10, 1, 'postgres', [100, 50, 25, 25]],
    [11, 10, 'a (b) c', [200, 0, 0, 0]],
    [12, 11, 'worker', [0, 300, 0, 0]],
    [13, 1, 'another', [9999, 0, 0, 0]],
  )
  expect(cpuSeconds(10, folder)).toBe(7)
  expect(cpuSeconds(12, folder)).toBe(3)
  expect(cpuSeconds(77, folder)).toBeNull()
})

it.runIf(process.platform === 'linux')('a process that works is seen to', async () => {
  const child = spawn(process.execPath, ['-e', 'while (process.cpuUsage().user < 300_000);'])
  const before = cpuSeconds(process.pid) as number
  await once(child, 'exit')
  expect((cpuSeconds(process.pid) as number) - before).toBeGreaterThan(0.2)
})

const servers: { close(): void }[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

/** Stores that were asked `turns` more, each time that somebody looks; stands in for Alloy, Loki, Tempo and Mimir. */
async function standIn(turns: number) {
  let looks = 0
  const answers: Record<string, () => number> = {
    'sum(chat_turns_total)': () => 1000 + turns * looks,
    'sum(gen_ai_client_inference_duration_seconds_count)': () => 5000 + 1.5 * turns * looks,
    'sum(http_server_request_duration_seconds_count{job="lgtm-chat/chat-api", http_route="/api/visitor"})': () =>
      0.2 * turns * looks,
    'sum(http_server_request_duration_seconds_count{job="lgtm-chat/chat-api", http_route="/api/usage"})': () =>
      0.7 * turns * looks,
    'sum(gen_ai_client_inference_time_per_output_chunk_seconds_count)': () => 98.5 * turns * looks,
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://store')
    const query = url.searchParams.get('query') ?? ''
    if (url.pathname === '/metrics') {
      response.end(
        [
          '# HELP otelcol_receiver_accepted_spans_total Of all receivers.',
          `otelcol_receiver_accepted_spans_total{receiver="a"} ${12 * turns * looks}`,
          `otelcol_receiver_accepted_spans_total{receiver="b"} 7`,
          `tempo_distributor_spans_received_total{tenant="single-tenant"} ${6 * turns * looks}`,
          'cortex_ingester_memory_series{user="anonymous"} 4321',
        ].join('\n'),
      )
      return
    }
    if (query === 'sum(chat_turns_total)') looks++
    const value = answers[query]?.() ?? 2
    const result = query.includes('[5m]')
      ? [
          {
            metric: {},
            values: [
              [0, '1'],
              [15, '1'],
              [30, '1'],
            ],
          },
        ]
      : [{ metric: {}, value: [0, String(value)] }]
    response.end(JSON.stringify({ data: { result } }))
  })
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { web: url, api: url, viewer: url, alloy: url, loki: url, tempo: url, mimir: url, grafana: url }
}

it('a stack is read twice, and what happened in between is held against what is predicted for it', async () => {
  const measured = await measure(await standIn(50), 1, [])
  const { load, seen } = measured
  expect(load).toMatchObject({ calls: expect.closeTo(1.5, 6), chunks: expect.closeTo(100, 6), metricInterval: 15 })
  expect(load).toMatchObject({ api: 2, usedModels: 2, environments: 2, sampling: expect.closeTo(0.5, 6) })
  expect([load.visits / load.turns, load.pageTurns / load.turns]).toEqual([expect.closeTo(0.1), expect.closeTo(0.5)])
  expect((seen.spans as number) / load.turns).toBeCloseTo(12, 6)
  expect(seen.series).toBe(4321)
  expect(seen).not.toHaveProperty('webCores')

  const { factors } = calibrationOf(measured, values)
  const calibrated = predict(load, values, factors)
  expect(calibrated.spans).toBeCloseTo(seen.spans as number, 6)
  expect(compared(measured, values, {})).toMatch(/series +[\d,]+ +4,320 +[\d.]+ +series/)
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'capacity-')), 'mine.json')
  writeFileSync(file, JSON.stringify(calibrationOf(measured, values)))
  expect(readCalibration(file).spans).toBeCloseTo(factors.spans as number, 9)
})

it('a stack that nobody asks, or that is not there, is a sentence', async () => {
  await expect(measure(await standIn(0), 0.01, [])).rejects.toThrow(/No turn ended meanwhile/)
  const nowhere = await standIn(1)
  servers.pop()?.close()
  await expect(measure(nowhere, 0.01, [])).rejects.toThrow(UsageError)
  await expect(measure(nowhere, 0.01, [])).rejects.toThrow(/cannot be read: no answer from .* LOKI_URL/)
})

it('a process that has ended is named', async () => {
  await expect(measure(await standIn(5), 0.01, [['web', 2 ** 22 + 1]])).rejects.toThrow(
    '--pids: web has no process 4194305.',
  )
})

it.each([['[]'], ['{"factors":{"spans":-1}}'], ['{"factors":{"hope":1}}'], ['no JSON']])(
  'a calibration that is %s is none',
  (text) => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'capacity-')), 'mine.json')
    writeFileSync(file, text)
    expect(() => readCalibration(file)).toThrow(/--calibration: .* is not what --measure SECONDS --json prints/)
  },
)
