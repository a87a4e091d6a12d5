import { hostname } from 'node:os'
import { afterEach, expect, it, test, vi } from 'vitest'
import { resourceAttributes } from './resource.ts'

afterEach(() => vi.unstubAllEnvs())

it('an instance keeps its id over restarts, and two on one host differ', () => {
  vi.stubEnv('PORT', undefined)
  expect(resourceAttributes('chat-api', 8000)).toEqual(resourceAttributes('chat-api', 8000))
  expect(resourceAttributes('chat-api', 8000)['service.instance.id']).not.toBe(
    resourceAttributes('chat-api', 8001)['service.instance.id'],
  )
})

test.each([undefined, '', '0'])('with PORT=%s and no other, two processes on one host differ', (port) => {
  vi.stubEnv('PORT', port)
  expect(resourceAttributes('chat-traffic')['service.instance.id']).toBe(`${hostname()}:${process.pid}`)
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
