import { isIP } from 'node:net'
import type { FastifyRequest } from 'fastify'
import type { Account, Accounts } from '../../db/accounts/accounts.ts'
import { idInCookie } from '../../plugins/visitor.ts'
import type { ProxySettings } from './login-settings.ts'

/** In the place of an issuer. */
const PROXY = 'proxy'
/** An e-mail address, or another name without blanks and control characters; of several headers nobody knows which. */
const NAME = /^[^\s,\p{C}]{1,200}$/u

/**
 * Who the proxy says it is. Believed is only the address of the connection itself: what a request says about where it
 * comes from (`x-forwarded-for`), anybody can write.
 */
export async function accountOfProxy(
  request: FastifyRequest,
  { header, proxies }: ProxySettings,
  accounts: Accounts,
): Promise<Account | null> {
  const { remoteAddress = '' } = request.socket
  const address = remoteAddress.replace(/^::ffff:(?=\d+\.)/, '')
  if (!isIP(address) || !proxies.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')) return null
  const subject = String(request.headers[header] ?? '').toLowerCase()
  if (!NAME.test(subject)) return null
  const before = idInCookie(request)
  const known = await accounts.ofSubject(PROXY, subject)
  if (known && (!before || (await accounts.isMoved(before)))) return known
  const identity = { issuer: PROXY, subject, email: subject, emailVerified: true, name: null }
  return (await accounts.logIn(identity, before, null)).account
}
