import { existsSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { errorType } from '@repo/telemetry/catalogue'
import type { FastifyInstance } from 'fastify'
import type { ProviderFeature } from '../provider-feature.ts'

/** What "this machine" is called: in a container, it is the container alone. */
const ownAddresses = new BlockList()
ownAddresses.addSubnet('127.0.0.0', 8, 'ipv4')
ownAddresses.addAddress('0.0.0.0', 'ipv4')
ownAddresses.addAddress('::1', 'ipv6')
ownAddresses.addAddress('::', 'ipv6')

/** For whoever has set the address. */
const LOOPBACK_IN_CONTAINER =
  'In a container, 127.0.0.1 and localhost are the container itself. A server on the host is host.docker.internal there: http://host.docker.internal:11434/v1, for example.'

/** Docker and Podman leave these files in each of their containers. */
const isContainer = ['/.dockerenv', '/run/.containerenv'].some(existsSync)

/** A model call that went to this container itself says so. */
export const loopback: ProviderFeature = {
  unreachable: (error) => (isLoopbackInContainer(error) ? errorType.loopback : null),
  sentences: {
    [errorType.loopback]: `No model server answers inside of the API's container. ${LOOPBACK_IN_CONTAINER}`,
  },
}

/** Says at start which of the configured addresses lead into the container. */
export async function addressWarnings(
  app: Pick<FastifyInstance, 'log' | 'addHook'>,
  { addresses }: { addresses: ReadonlyMap<string, string> },
): Promise<void> {
  app.addHook('onReady', async () => {
    for (const [name, url] of addresses)
      if (leadsIntoContainer(url)) app.log.warn('%s: %s', name, LOOPBACK_IN_CONTAINER)
  })
}

/**
 * Whether a connection failed because it went to this container itself: a server on the host was meant, which has
 * another name here (`host.docker.internal`). Whatever led there counts: the name of the base URL, or of a proxy.
 *
 * @param error of `fetch`, with the socket's errors among its causes
 */
export function isLoopbackInContainer(error: unknown, inContainer: boolean = isContainer): boolean {
  return inContainer && socketErrors(error).some(({ address }) => isLoopbackAddress(address))
}

/** The same of a URL, before anything connects. */
export function leadsIntoContainer(url: string, inContainer: boolean = isContainer): boolean {
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '')
  return inContainer && (/(^|\.)localhost\.?$/.test(host) || isLoopbackAddress(host))
}

/** Of a name with several addresses, each has an error of its own. */
function socketErrors(error: unknown): { address: string }[] {
  if (!(error instanceof Error)) return []
  const inner = error instanceof AggregateError ? error.errors : []
  const own = 'address' in error && typeof error.address === 'string' ? [{ address: error.address }] : []
  return [...own, ...[...inner, error.cause].flatMap(socketErrors)]
}

function isLoopbackAddress(address: string): boolean {
  const family = isIP(address)
  return family > 0 && ownAddresses.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
