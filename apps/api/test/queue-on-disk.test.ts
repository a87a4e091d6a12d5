import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@repo/local-stack/ports'
import { describe, expect, it } from 'vitest'
import { alloys, startAlloy } from './alloy.ts'

const modules = path.join(import.meta.dirname, '../../../alloy/modules')
const validate = ['validate', '--stability.level=public-preview', path.join(modules, 'deliver.alloy')]
const alloy = alloys.find((program) => spawnSync(program, validate).status === 0)
const why = alloy ? '' : ' (skipped: no alloy in STACK_BIN or PATH that can validate)'

describe.skipIf(!alloy)(`the queue of a store that is away${why}`, () => {
  it('is full by bytes, not by how many requests they came in', { timeout: 60_000 }, async () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'queue-'))
    const { url, admin, stop } = await startAlloy(
      alloy as string,
      'logs = [modules.deliver.store.input]',
      `import.file "modules" { filename = "${modules}" }
modules.deliver "store" {
  endpoint  = "http://127.0.0.1:${await freePort()}"
  directory = "${directory}"
}`,
    )
    try {
      const record = { body: { stringValue: 'x'.repeat(1000) } }
      const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] })
      const headers = { 'content-type': 'application/json' }
      for (let sent = 0; sent < 20; sent++)
        expect((await fetch(`${url}/v1/logs`, { method: 'POST', headers, body })).status).toBe(200)
      const page = await (await fetch(`${admin}/metrics`)).text()
      const ofLogs = (name: string) =>
        Number(new RegExp(`^otelcol_exporter_queue_${name}\\{.*data_type="logs".*\\} (\\S+)$`, 'm').exec(page)?.[1])
      expect(ofLogs('capacity')).toBe(800e6)
      expect(ofLogs('size') / 20).toBeGreaterThan(1000)
      expect(ofLogs('size') / 20).toBeLessThan(1100)
    } finally {
      await stop()
      rmSync(directory, { recursive: true, force: true })
    }
  })
})
