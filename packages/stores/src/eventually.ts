import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Polls until there is something, because telemetry takes a moment to arrive.
 * @throws the last failure, or `missing`, after `timeoutMs`
 */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false>,
  missing: string,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    let failure = new Error(`${missing} (looked for ${timeoutMs / 1000} s)`)
    try {
      const found = await look()
      if (found) return found
    } catch (error) {
      failure = error as Error
    }
    if (performance.now() > deadline) throw failure
    await sleep(250)
  }
}
