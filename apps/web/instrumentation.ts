export { onRequestError } from './features/web-telemetry/on-request-error.ts'

/** Called once by Next before it serves. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return
  const { start } = await import('./server/start.ts')
  await start()
}
