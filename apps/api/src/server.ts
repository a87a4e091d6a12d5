import { flushCompileCache } from 'node:module'
import { shutdownTelemetry } from '@repo/telemetry/node-sdk'
import { buildApp } from './app.ts'
import { parseConfig } from './config.ts'
import { ConfigError } from './config-error.ts'
import { isDatabaseUnavailable } from './db/database.ts'

try {
  const config = parseConfig(process.env)
  const app = await buildApp(config)
  await app.listen({ host: config.host, port: config.port })
  flushCompileCache() // now, for the next start: a process that is killed would not leave it

  let closing = false
  const close = async (signal: string) => {
    if (closing) return
    closing = true
    app.log.info('%s: finishing running answers, then closing', signal)
    await app.close()
    await shutdownTelemetry()
    process.exit(0)
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => void close(signal))
} catch (error) {
  console.error(explain(error))
  await shutdownTelemetry()
  process.exit(1)
}

/** A sentence for the errors that a person can mend; the rest keep their stack. */
function explain(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (error instanceof ConfigError) return error.message
  if (code === 'EADDRINUSE')
    return `Port ${process.env.PORT ?? 8000} is in use. Stop what uses it, or set PORT to another one.`
  if (isDatabaseUnavailable(error))
    return `The database at DATABASE_URL does not answer (${code ?? (error as Error).message}). Start it, or correct DATABASE_URL.`
  return error
}
