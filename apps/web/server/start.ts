import { protectPages } from '../features/protection/protect-pages.ts'
import { startTelemetry } from '../features/web-telemetry/start.ts'
import { config } from './config.ts'

/** Telemetry first, then a look at the environment: a malformed variable ends the process with a sentence. */
export async function start(): Promise<void> {
  await startTelemetry()
  protectPages()
  try {
    config()
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
