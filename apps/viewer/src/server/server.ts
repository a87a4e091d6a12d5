import { buildApp } from './app.ts'
import { TelemetryStore } from './telemetry-store.ts'

const { HOST: host = '127.0.0.1', PORT = '4318' } = process.env
const port = Number(PORT)
const stop = (sentence: string): never => {
  console.error(sentence)
  process.exit(1)
}
if (!PORT || !Number.isInteger(port) || port < 0 || port > 65535)
  stop(`PORT is "${PORT}", but has to be a port number from 1 to 65535, for example PORT=4318.`)

const app = buildApp(new TelemetryStore(), host)
try {
  const address = await app.listen({ host, port })
  console.log(`viewer: OTLP/HTTP (JSON) and user interface at ${address}`)
} catch (error) {
  if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    stop(`Port ${port} is in use. Stop what listens there, or start the viewer with another PORT.`)
  throw error
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => app.close().then(() => process.exit(0)))
