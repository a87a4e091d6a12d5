import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Ports } from '@repo/local-stack/ports'
import { type Stack, startStack } from '@repo/local-stack/stack'

/** The mock's delays times this: still a stream, and the suite does not wait for a pace meant for people. */
const MOCK_PACE = '0.3'
/** How long an answer goes on that nobody reads: shorter than the mock's longest. */
const ANSWER_GRACE_SECONDS = '3'
/** How long `mock-stall` is waited for. */
const IDLE_TIMEOUT_MS = '2000'

export interface TestStack {
  /** Where the browser goes. */
  readonly url: string
  /** Everything that this part, or every part, has written so far. */
  log(part?: string): string
  readonly restart: Stack['restart']
  /** Ends all processes, the web app and the API first. Resolves when the last is gone; the logs can still be read. */
  stop(): Promise<void>
  /** `stop`, and the data is removed; the logs are kept in test-results. */
  remove(): Promise<void>
}

/**
 * Starts the production builds with an empty database, and waits until they are ready.
 *
 * @param name of the folder that keeps the logs
 * @param env what differs from a stack with nothing set
 * @throws an Error with the reason when a part does not start
 */
export async function startTestStack(name: string, ports: Ports, env: NodeJS.ProcessEnv = {}): Promise<TestStack> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-e2e-'))
  const logs = path.join(dataDir, 'logs')
  const { PATH, HOME } = process.env // nothing else: a key or database of the developer must not reach the tests
  const stack = startStack({
    ports,
    env: {
      PATH,
      HOME,
      MOCK_PACE,
      LLM_IDLE_TIMEOUT_MS: IDLE_TIMEOUT_MS,
      ANSWER_GRACE_SECONDS,
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=e2e',
      ...env,
    },
    dataDir,
    log: () => {},
  })
  const remove = async () => {
    await stack.stop()
    cpSync(logs, path.join(import.meta.dirname, 'test-results/logs', name), { recursive: true })
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await stack.ready
  } catch (error) {
    await remove()
    throw error
  }
  stack.failed.then((reason) => console.error(reason))
  return {
    url: `http://localhost:${ports.web}`,
    log: (part) =>
      readdirSync(logs)
        .filter((file) => !part || file === `${part}.log`)
        .map((file) => readFileSync(path.join(logs, file), 'utf8'))
        .join(''),
    restart: stack.restart,
    stop: stack.stop,
    remove,
  }
}
