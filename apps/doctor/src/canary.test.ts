import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { applicationChecks, newCanary } from './canary.ts'
import { runChecks } from './check.ts'

/** The checks of an application whose every answer fails. */
async function checksWith(provider: string) {
  const error = { type: '400', message: 'The model provider refused the request.' }
  const app = createServer((request, response) => {
    const turn = `data: ${JSON.stringify({ messageMetadata: { outcome: 'failed', error } })}\n\n`
    const models = JSON.stringify([{ id: 'm', provider, default: true }])
    response.end(request.url === '/api/chat' ? turn : models)
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
  const url = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  const results = await runChecks(applicationChecks({ web: url, api: url }, newCanary()), () => {})
  app.close()
  return results
}

test('after a provider refused, the doctor says what it was told and asks about that provider, not about the mock', async () => {
  const model = (await checksWith('openai')).at(-1)
  expect(model?.detail).toContain('ended as failed: The model provider refused the request.')
  expect(model?.hint).toContain('The API asked "openai", not the mock')
  expect(model?.hint).not.toContain('mock-llm')
})

test('after the mock refused, it asks about the mock', async () => {
  expect((await checksWith('mock')).at(-1)?.hint).toContain('docker compose ps mock-llm')
})
