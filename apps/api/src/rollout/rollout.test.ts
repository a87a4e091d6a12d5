import { type Mock, startMock } from '@repo/mock-llm/mock'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from '../../test/chat-client.ts'
import { buildApp } from '../app.ts'
import { parseConfig } from '../config.ts'

let mock: Mock
let app: Awaited<ReturnType<typeof buildApp>>
let url: string

beforeAll(async () => {
  mock = await startMock({ pace: 0.1 })
  app = await buildApp(
    parseConfig({ DATABASE_URL: inject('databaseUrl'), OPENAI_BASE_URL: mock.url, LOG_LEVEL: 'silent' }),
  )
  url = await app.listen({ host: '127.0.0.1', port: 0 })
})

afterAll(async () => {
  await app?.close()
  await mock?.stop()
})

it('a process that is to go serves what comes, ends each connection, and says when nothing runs', async () => {
  const kept = await fetch(`${url}/health`)
  expect(kept.headers.get('connection')).toBe('keep-alive')

  const before = await new ChatClient(url).begin('mock-long')
  await before.untilText()
  let drained = false
  const drain = fetch(`${url}/drain`).then(({ status }) => {
    drained = true
    return status
  })
  await expect.poll(async () => (await fetch(`${url}/health`)).headers.get('connection')).toBe('close')

  // As from a web server that has not heard of it yet.
  const meanwhile = await new ChatClient(url).begin('Hello')
  expect((await meanwhile.end()).metadata.outcome).toBe('finished')
  expect(drained).toBe(false)
  expect((await before.end()).metadata.outcome).toBe('finished')
  expect(await drain).toBe(204)
})

it('nobody else can ask a process to go', async () => {
  const response = await app.inject({ url: '/drain', remoteAddress: '10.1.2.3' })
  expect(response.statusCode).toBe(404)
})
