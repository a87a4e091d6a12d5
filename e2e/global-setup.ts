import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startStack } from '../scripts/stack.ts'
import { choosePorts } from './ports.ts'

/** Starts the production builds on their own ports with an empty database; returns what ends them. */
export default async function setup(): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-e2e-'))
  const { PATH, HOME } = process.env // nothing else: a key or database of the developer must not reach the tests
  const stack = startStack({
    ports: await choosePorts(),
    env: { PATH, HOME, OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=e2e' },
    dataDir,
    log: () => {},
  })
  const stop = async () => {
    await stack.stop()
    cpSync(path.join(dataDir, 'logs'), path.join(import.meta.dirname, 'test-results/logs'), { recursive: true })
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await stack.ready
  } catch (error) {
    await stop()
    throw error
  }
  stack.failed.then((reason) => console.error(reason))
  return stop
}
