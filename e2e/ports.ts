import { type Ports, unusedPorts } from '@repo/local-stack/ports'

/**
 * The ports of the stack that all tests share. The configuration is read once by the runner and again by each worker;
 * the environment, which workers inherit, keeps the choice.
 */
export async function choosePorts(): Promise<Ports> {
  process.env.E2E_PORTS ??= JSON.stringify(await unusedPorts())
  return JSON.parse(process.env.E2E_PORTS)
}
