import { existsSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'

/** What "this machine" is called: in a container, it is the container alone. */
const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('0.0.0.0', 'ipv4')
loopback.addAddress('::1', 'ipv6')
loopback.addAddress('::', 'ipv6')

/** For whoever has set the address. */
export const LOOPBACK_IN_CONTAINER =
  'In a container, 127.0.0.1 and localhost are the container itself. A server on the host is host.docker.internal there: http://host.docker.internal:11434/v1, for example.'

/** Docker and Podman leave these files in each of their containers. */
const isContainer = ['/.dockerenv', '/run/.containerenv'].some(existsSync)

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
  return family > 0 && loopback.check(address, family === 6 ? 'ipv6' : 'ipv4')
}
