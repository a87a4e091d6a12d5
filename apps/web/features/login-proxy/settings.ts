import { type IncomingMessage, Server } from 'node:http'
import { BlockList, isIP } from 'node:net'

const INSTALLED = Symbol.for('lgtm-chat.login-proxy')

/** The header by which the API knows who asks, where a proxy in front of this server logs people in. */
export const whoAsks = (env: Record<string, string | undefined>): string[] =>
  env.LOGIN_PROXY_HEADER && env.LOGIN_PROXIES ? [env.LOGIN_PROXY_HEADER.toLowerCase()] : []

/**
 * Takes the header away from every request that does not come from one of the proxies. At the server's event: what
 * handles requests later does not know their connection.
 * @throws Error for a malformed address
 */
export function loginProxy(env: Record<string, string | undefined>): boolean {
  const [header] = whoAsks(env)
  if (!header) return false
  const proxies = addresses(env.LOGIN_PROXIES ?? '')
  const { prototype } = Server as { prototype: Server & { [INSTALLED]?: true } }
  if (prototype[INSTALLED]) return true
  prototype[INSTALLED] = true
  const { emit } = prototype
  prototype.emit = function (this: Server, event: string, ...args: unknown[]) {
    if (event === 'request') {
      const { headers, socket } = args[0] as IncomingMessage
      const address = (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '')
      const isProxy = isIP(address) > 0 && proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
      if (!isProxy) delete headers[header]
    }
    return Reflect.apply(emit, this, [event, ...args])
  }
  return true
}

function addresses(text: string): BlockList {
  const known = new BlockList()
  for (const one of text.split(',')) {
    const [address = '', prefix] = one.trim().split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    try {
      known.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family)
    } catch {
      throw new Error('LOGIN_PROXIES must be IP addresses or networks, comma separated, such as 10.0.0.7,172.20.0.0/24')
    }
  }
  return known
}
