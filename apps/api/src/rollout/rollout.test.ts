import { type Mock, startMock } from '@repo/mock-llm/mock'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { ChatClient } from '../../test/chat-client.ts'
import { buildApp } from '../app.ts'
import { parseConfig } from '../config.ts'
import { keptWrite } from '../db/kept-write.ts'

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

it('a process that is to go waits for what a database that is away has not taken', async () => {
  let tries = 0
  const write = async () => {
    if (++tries < 4) throw Object.assign(new Error('terminating connection'), { code: '57P01' })
  }
  await keptWrite('an answer', write, app.log)
  expect((await fetch(`${url}/drain`)).status).toBe(204)
  expect(tries).toBe(4)
})

it('a process that ends refuses in words what still comes, and says that it is not ready', async () => {
  const running = await new ChatClient(url).begin('mock-long')
  await running.untilText()
  const closed = app.close()
  await expect.poll(async () => (await fetch(`${url}/ready`)).status).toBe(503)
  const refused = await fetch(`${url}/api/models`)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await refused.json()).toMatchObject({
    type: 'urn:lgtm-chat:problem:api-busy',
    detail: expect.stringContaining('Try again'),
  })
  await running.end()
  await closed
})
