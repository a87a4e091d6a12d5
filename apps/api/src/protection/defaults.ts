import { ConfigError } from '../config-error.ts'

/** Of docker-compose.yml, and those that people take. */
const KNOWN_PASSWORDS = new Set(['chat', 'postgres', 'password', 'passwort', 'admin', 'secret', 'changeme', 'example'])
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/
/** Random characters of that length have more. */
const FEWEST_DIFFERENT = 5

/**
 * In production a secret has to be one; and where others have the chat, the database's password, too.
 * @throws {ConfigError} with a sentence
 */
export function refuseDefaults(environment: NodeJS.ProcessEnv): void {
  const { NODE_ENV, SESSION_SECRET = '', PUBLIC_URL = '', DATABASE_URL = '', PGPASSWORD = '' } = environment
  if (NODE_ENV !== 'production') return
  if (new Set(SESSION_SECRET).size < FEWEST_DIFFERENT)
    throw new ConfigError(
      'SESSION_SECRET can be guessed: in production it must be random, e.g. the output of `openssl rand -hex 32`',
    )
  const host = URL.parse(PUBLIC_URL)?.hostname
  const password = decodeURIComponent(URL.parse(DATABASE_URL)?.password ?? '') || PGPASSWORD
  if (host && !LOOPBACK.test(host) && KNOWN_PASSWORDS.has(password.toLowerCase()))
    throw new ConfigError(
      `The database's password is one that everybody knows, and PUBLIC_URL is not this machine: choose another one (docs/operations.md)`,
    )
}
