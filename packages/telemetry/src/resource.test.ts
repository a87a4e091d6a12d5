import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, test, vi } from 'vitest'
import { resourceAttributes } from './resource.ts'

let places: string
beforeEach(() => {
  places = mkdtempSync(path.join(tmpdir(), 'places-'))
  vi.stubEnv('TMPDIR', places)
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(places, { recursive: true })
})

it('an instance keeps its id over restarts, and two on one host differ', () => {
  vi.stubEnv('PORT', undefined)
  expect(resourceAttributes('chat-api', 8000)).toEqual(resourceAttributes('chat-api', 8000))
  expect(resourceAttributes('chat-api', 8000)['service.instance.id']).not.toBe(
    resourceAttributes('chat-api', 8001)['service.instance.id'],
  )
})

const idOf = (name: string) => String(resourceAttributes(name)['service.instance.id'])

test.each([undefined, '', '0'])('with PORT=%s and no other, it is a place on the host, which stays', (port) => {
  vi.stubEnv('PORT', port)
  expect(idOf('chat-test')).toBe(`${hostname()}:1`)
  expect(idOf('chat-test')).toBe(`${hostname()}:1`)
})

test('two processes that run have two places; one that has ended leaves its own to the next', async () => {
  vi.stubEnv('PORT', undefined)
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  const place = path.join(tmpdir(), 'chat-second.1.pid')
  writeFileSync(place, String(other.pid))
  expect(idOf('chat-second')).toBe(`${hostname()}:2`)
  other.kill('SIGKILL')
  await once(other, 'exit')
  expect(idOf('chat-second')).toBe(`${hostname()}:1`)
})

it('the standard variables win', () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=demo,team=a%2Cb,k%C3%A4se=1=2,,')
  vi.stubEnv('OTEL_SERVICE_NAME', 'mine')
  const warn = vi.fn()
  expect(resourceAttributes('chat-api', undefined, warn)).toMatchObject({
    'service.name': 'mine',
    'service.namespace': 'lgtm-chat',
    'deployment.environment.name': 'demo',
    team: 'a,b',
    käse: '1=2',
  })
  expect(warn).not.toHaveBeenCalled()
})

test.each([
  ['team=100%', '"team"'],
  ['te%am=sales', '"te%am"'],
  ['team=%E4', '"team"'],
  ['sales', 'number 2'],
  ['=sales', 'number 2'],
])('%s is left out with a warning, and the rest counts', (pair, named) => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', `deployment.environment.name=demo,${pair},tier=gold`)
  const warn = vi.fn()
  const attributes = resourceAttributes('chat-api', undefined, warn)
  expect(attributes).toMatchObject({ 'deployment.environment.name': 'demo', tier: 'gold' })
  expect(attributes).not.toHaveProperty('team')
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining(`the attribute ${named} is left out`))
})
