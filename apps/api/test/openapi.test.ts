import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { buildApp } from '../src/app.ts'
import { parseConfig } from '../src/config.ts'

let app: Awaited<ReturnType<typeof buildApp>>

beforeAll(async () => {
  app = await buildApp(parseConfig({ DATABASE_URL: inject('databaseUrl'), LOG_LEVEL: 'silent' }))
})

afterAll(async () => {
  await app?.close()
})

it('OpenAPI describes the routes', async () => {
  const { paths } = (await app.inject('/openapi.json')).json()
  // Those of features come and go with them.
  for (const path of [
    '/api/chat',
    '/api/chat/{id}/stream',
    '/api/conversations/{id}',
    '/api/conversations/{id}/stop',
    '/api/models',
    '/health',
    '/ready',
  ])
    expect(paths).toHaveProperty([path])
  expect((await app.inject('/docs/')).statusCode).toBe(200)
})

it('OpenAPI says how requests are refused, as problems', async () => {
  const { paths } = (await app.inject('/openapi.json')).json()
  const problems = Object.entries(paths['/api/chat'].post.responses as Record<string, { content: object }>)
    .filter(([status]) => status >= '4')
    .map(([status, { content }]) => [status, ...Object.keys(content)].join(' '))
  expect(problems).toEqual(
    [400, 403, 404, 413, 415, 422, 429, 500, 503].map((status) => `${status} application/problem+json`),
  )
  expect(Object.keys(paths['/api/models'].get.responses)).toEqual(['200', '500', '503'])
  expect(Object.keys(paths['/ready'].get.responses['503'].content)).toEqual(['application/json'])
})

it('a path that is asked with another method says which there are', async () => {
  const id = randomUUID()
  for (const [method, url, allow] of [
    ['PUT', '/api/chat', 'POST'],
    ['TRACE', '/api/models', 'GET, HEAD'],
    ['QUERY', `/api/conversations/${id}?at=${id}`, expect.stringMatching(/^GET, HEAD/)],
  ] as const) {
    const response = await app.inject({ method: method as 'GET', url })
    expect([response.statusCode, response.headers.allow], url).toEqual([405, allow])
    expect(response.json()).toMatchObject({ type: 'urn:lgtm-chat:problem:method-not-allowed', status: 405 })
  }
  const unknown = await app.inject({ method: 'PUT', url: '/api/chats' })
  expect(unknown.json()).toMatchObject({ status: 404, detail: expect.stringContaining('/docs') })
})
