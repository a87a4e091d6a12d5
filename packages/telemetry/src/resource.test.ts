import { afterEach, expect, it, vi } from 'vitest'
import { resourceAttributes } from './resource.ts'

afterEach(() => vi.unstubAllEnvs())

it('an instance keeps its id over restarts, and two on one host differ', () => {
  vi.stubEnv('PORT', undefined)
  expect(resourceAttributes('chat-api', 8000)).toEqual(resourceAttributes('chat-api', 8000))
  expect(resourceAttributes('chat-api', 8000)['service.instance.id']).not.toBe(
    resourceAttributes('chat-api', 8001)['service.instance.id'],
  )
})

it('the standard variables win', () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=demo,team=a%2Cb')
  vi.stubEnv('OTEL_SERVICE_NAME', 'mine')
  expect(resourceAttributes('chat-api')).toMatchObject({
    'service.name': 'mine',
    'service.namespace': 'lgtm-chat',
    'deployment.environment.name': 'demo',
    team: 'a,b',
  })
})
