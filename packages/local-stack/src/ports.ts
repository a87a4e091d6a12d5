import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'

/** Where the parts of the application listen. */
export type Ports = { web: number; api: number; viewer: number; mock: number; postgres?: number | undefined }

/** A database, model or collector that the environment names is used instead of ours. */
export function embeddedParts(env: NodeJS.ProcessEnv) {
  return {
    postgres: !env.DATABASE_URL,
    mock: !env.OPENAI_API_KEY && !env.OPENAI_BASE_URL && !env.LLM_PROVIDERS_FILE,
    viewer: !env.OTEL_EXPORTER_OTLP_ENDPOINT,
  }
}

/**
 * The ports that the environment asks for, each of them free.
 *
 * @throws an Error with a sentence for each port that is malformed or busy, naming its variable
 */
export async function askedPorts(env: NodeJS.ProcessEnv): Promise<Ports> {
  const problems: string[] = []
  async function take(variable: string, standard: number | undefined, needed = true): Promise<number> {
    const port = Number(env[variable] || standard)
    if (!Number.isInteger(port) || port < 1 || port > 65535) {
      problems.push(`${variable} must be a port number from 1 to 65535, for example ${variable}=${standard ?? 15432}.`)
    } else if (needed && !(await isFree(port))) {
      problems.push(`Port ${port} is in use. Stop what uses it, or set another: ${variable}=${port + 100}.`)
    }
    return port
  }
  const embedded = embeddedParts(env)
  const ports = {
    web: await take('WEB_PORT', 3000),
    api: await take('API_PORT', 8000),
    viewer: await take('VIEWER_PORT', 4318, embedded.viewer),
    mock: await take('MOCK_LLM_PORT', 4010, embedded.mock),
    // Without a wish, any port will do.
    postgres: embedded.postgres && env.POSTGRES_PORT ? await take('POSTGRES_PORT', undefined) : undefined,
  }
  if (problems.length > 0) throw new Error(problems.join('\n'))
  return ports
}

/** True when nothing listens on the port of this machine, by IPv4 or IPv6 (`localhost` may be either). */
export async function isFree(port: number): Promise<boolean> {
  const results = await Promise.all(
    ['127.0.0.1', '::1'].map(
      (host) =>
        new Promise<string | undefined>((resolve) => {
          const server = createServer()
          server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
          server.listen(port, host, () => server.close(() => resolve('free')))
        }),
    ),
  )
  return !results.some((code) => code === 'EADDRINUSE' || code === 'EACCES')
}

/** Different ports of 127.0.0.1 that nobody listens on now. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

export const freePort = async () => (await freePorts(1))[0] as number

/** A free port for each part, so that a test never meets a running demo. */
export async function unusedPorts(): Promise<Ports> {
  const [web, api, viewer, mock, postgres] = (await freePorts(5)) as [number, number, number, number, number]
  return { web, api, viewer, mock, postgres }
}
