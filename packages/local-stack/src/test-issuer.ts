import { once } from 'node:events'
import { createServer } from 'node:http'
import Provider from 'oidc-provider'
import { freePort } from './ports.ts'

export interface TestIssuer {
  readonly url: string
  /** What the API has to be told of it. */
  readonly env: Record<string, string>
  stop(): Promise<void>
}

/**
 * A certified OpenID provider with its own login page, where every name is let in with any password: `ada` is
 * ada@example.com. `mallory` has an address that nobody has verified.
 *
 * @param publicUrl of the chat
 */
export async function startTestIssuer(publicUrl: string): Promise<TestIssuer> {
  const port = await freePort()
  const url = `http://localhost:${port}`
  const [clientId, clientSecret] = ['chat', 'a-secret-canarysecret7301']
  const provider = new Provider(url, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${publicUrl}/api/login/callback`],
        post_logout_redirect_uris: [`${publicUrl}/`],
      },
    ],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
    cookies: { keys: ['k'.repeat(32)] },
    findAccount: async (_context, name) => ({
      accountId: name,
      claims: async () => ({
        sub: name,
        email: `${name}@example.com`,
        email_verified: name !== 'mallory',
        name: `${name.charAt(0).toUpperCase()}${name.slice(1)} Example`,
      }),
    }),
  })
  const server = createServer(provider.callback()).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    url,
    env: { OIDC_ISSUER: url, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
