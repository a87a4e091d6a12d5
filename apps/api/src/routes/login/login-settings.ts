import { BlockList, isIP } from 'node:net'
import { z } from 'zod'
import { integer, parseVariables, told } from '../../config.ts'
import { ConfigError } from '../../config-error.ts'

const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/
const list = (text: string) => text.split(',').flatMap((one) => one.trim() || [])
const isWebUrl = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
/** What goes to an issuer, and comes back from it, is for nobody in between. */
const isSafe = (text: string) => isWebUrl(text) && (text.startsWith('https:') || LOOPBACK.test(new URL(text).hostname))
const isOrigin = (text: string) => isWebUrl(text) && `${new URL(text).origin}/` === new URL(text).href

function isNetwork(text: string): boolean {
  const [address = '', prefix] = text.split('/')
  const bits = isIP(address) === 6 ? 128 : 32
  return isIP(address) > 0 && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bits))
}

const schema = z.object({
  NODE_ENV: z.string().optional(),
  OIDC_ISSUER: told(
    z.string().refine(isSafe).optional(),
    "the issuer's https URL, as its discovery document has it (http on this machine only)",
    'https://login.example.com/realms/chat',
  ),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  PUBLIC_URL: told(
    z.string().refine(isOrigin).optional(),
    'the address at which browsers have the chat, without a path',
    'https://chat.example.com',
  ),
  ADMIN_EMAILS: told(
    z
      .string()
      .transform((text) => list(text.toLowerCase()))
      .refine((all) => all.every((one) => z.email().safeParse(one).success))
      .default([]),
    'e-mail addresses, comma separated',
    'ada@example.com,grace@example.com',
  ),
  LOGIN_HOURS: integer(1, 720, 12, 'hours'),
  LOGIN_PROXY_HEADER: told(
    z
      .string()
      .toLowerCase()
      .regex(/^[a-z0-9-]+$/)
      .optional(),
    'the name of a header',
    'x-forwarded-email',
  ),
  LOGIN_PROXIES: told(
    z
      .string()
      .transform(list)
      .refine((all) => all.length > 0 && all.every(isNetwork))
      .optional(),
    'IP addresses or networks, comma separated',
    '10.0.0.7,172.20.0.0/24',
  ),
})

export interface OidcSettings {
  readonly issuer: string
  readonly clientId: string
  /** Undefined: a public client, which PKCE alone protects. */
  readonly clientSecret: string | undefined
  readonly publicUrl: string
  readonly sessionHours: number
}

export interface ProxySettings {
  /** In small letters. */
  readonly header: string
  /** Whose header is believed. */
  readonly proxies: BlockList
}

/** One of the two ways in which people log in; null: there is no login. */
export type LoginSettings = { readonly adminEmails: ReadonlySet<string> } & (
  | { readonly oidc: OidcSettings; readonly proxy: null }
  | { readonly oidc: null; readonly proxy: ProxySettings }
)

/** @throws {ConfigError} with a sentence for each variable that is malformed, or lacks another one */
export function parseLogin(environment: NodeJS.ProcessEnv): LoginSettings | null {
  const env = parseVariables(schema, environment)
  const adminEmails = new Set(env.ADMIN_EMAILS)
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, LOGIN_PROXY_HEADER: header, LOGIN_PROXIES: proxies } = env
  if (!issuer !== !clientId)
    throw new ConfigError('OIDC_ISSUER and OIDC_CLIENT_ID belong together: set both, or neither. See docs/login.md')
  if (!header !== !proxies)
    throw new ConfigError(
      'LOGIN_PROXY_HEADER is believed only from the addresses in LOGIN_PROXIES: set both, or neither. See docs/login.md',
    )
  if (issuer && header)
    throw new ConfigError('OIDC_ISSUER and LOGIN_PROXY_HEADER are two ways to log in: set one of them')
  if (issuer && clientId) {
    if (!env.PUBLIC_URL && env.NODE_ENV === 'production')
      throw new ConfigError(
        'PUBLIC_URL is not set; with OIDC_ISSUER it must be the address at which browsers have the chat, e.g. PUBLIC_URL=https://chat.example.com',
      )
    const publicUrl = new URL(env.PUBLIC_URL ?? 'http://localhost:3000').origin
    const oidc = { issuer, clientId, clientSecret: env.OIDC_CLIENT_SECRET, publicUrl, sessionHours: env.LOGIN_HOURS }
    return { adminEmails, oidc, proxy: null }
  }
  if (header && proxies) return { adminEmails, oidc: null, proxy: { header, proxies: blockList(proxies) } }
  if (adminEmails.size > 0)
    throw new ConfigError('ADMIN_EMAILS names people, so they have to log in: set OIDC_ISSUER, too. See docs/login.md')
  return null
}

function blockList(networks: readonly string[]): BlockList {
  const known = new BlockList()
  for (const one of networks) {
    const [address = '', prefix] = one.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    known.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return known
}
