import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Ports } from '../scripts/ports.ts'

/**
 * Free ports for the stack under test, so that it never meets a running demo. The configuration is read once by the
 * runner and again by each worker; the environment, which workers inherit, keeps the choice.
 */
export async function choosePorts(): Promise<Ports> {
  if (!process.env.E2E_PORTS) {
    const servers = ['web', 'api', 'viewer', 'mock', 'postgres'].map((name) => ({
      name,
      server: createServer().listen(0, '127.0.0.1'),
    }))
    await Promise.all(servers.map(({ server }) => once(server, 'listening')))
    const ports = servers.map(({ name, server }) => [name, (server.address() as AddressInfo).port])
    await Promise.all(servers.map(({ server }) => once(server.close(), 'close')))
    process.env.E2E_PORTS = JSON.stringify(Object.fromEntries(ports))
  }
  return JSON.parse(process.env.E2E_PORTS)
}
