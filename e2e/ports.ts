import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import type { Ports } from '../scripts/ports.ts'

const PARTS = ['web', 'api', 'viewer', 'mock', 'postgres'] as const

/** A free port for each part of a stack, so that a test never meets a running demo. */
export async function unusedPorts(): Promise<Ports> {
  const servers = PARTS.map((part) => ({ part, server: createServer().listen(0, '127.0.0.1') }))
  await Promise.all(servers.map(({ server }) => once(server, 'listening')))
  const ports = servers.map(({ part, server }) => [part, (server.address() as AddressInfo).port])
  await Promise.all(servers.map(({ server }) => once(server.close(), 'close')))
  return Object.fromEntries(ports)
}

/**
 * The ports of the stack that all tests share. The configuration is read once by the runner and again by each worker;
 * the environment, which workers inherit, keeps the choice.
 */
export async function choosePorts(): Promise<Ports> {
  process.env.E2E_PORTS ??= JSON.stringify(await unusedPorts())
  return JSON.parse(process.env.E2E_PORTS)
}
