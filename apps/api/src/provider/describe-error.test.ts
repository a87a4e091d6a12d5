import { errorType } from '@repo/telemetry/catalogue'
import { expect, test, vi } from 'vitest'

vi.mock('node:fs', async (original) => ({ ...(await original<typeof import('node:fs')>()), existsSync: () => true }))

test("in a container, a refused connection to the container itself names the host's name there", async () => {
  const { toProviderError } = await import('./provider-error.ts')
  const { describeError } = await import('./describe-error.ts')
  for (const address of ['http://127.0.0.1:2/v1', 'http://localhost:2/v1']) {
    const refused = await fetch(address).catch((error) => error)
    const { type } = toProviderError(refused)
    expect(type, String(refused.cause)).toBe(errorType.loopback)
    expect(describeError(type).message).toContain('host.docker.internal')
  }
})
