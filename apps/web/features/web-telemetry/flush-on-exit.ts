/** Enough for a local collector; a slow or absent one must not hold up the end of the process. */
const TIMEOUT_MS = 3000

/**
 * Lets telemetry leave before the process ends. On SIGTERM Next drains its connections and then calls `process.exit`
 * within milliseconds, whatever other listeners still do; so the exit itself is what waits.
 *
 * @param flush sends all that has to be sent
 */
export function flushOnExit(flush: () => Promise<unknown>): void {
  const exit = process.exit.bind(process)
  let exiting = false
  process.exit = ((code) => {
    if (exiting) return
    exiting = true
    const deadline = new Promise((resolve) => setTimeout(resolve, TIMEOUT_MS))
    void Promise.race([flush().catch(() => {}), deadline]).then(() => exit(code))
  }) as typeof process.exit
}
