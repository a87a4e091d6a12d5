import * as client from 'openid-client'
import type { Identity } from '../../db/accounts/accounts.ts'
import type { OidcSettings } from './login-settings.ts'

const TIMEOUT_SECONDS = 10
/** How far the issuer's clock may be from ours. */
const CLOCK_SECONDS = 30
const SCOPE = 'openid email profile'

/** What has to be remembered from the way to the issuer until the way back. */
export interface Attempt {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** The OpenID Connect provider. It is asked when somebody logs in, so that the API starts and answers without it. */
export class Issuer {
  readonly #settings: OidcSettings
  #discovered: Promise<client.Configuration> | undefined

  constructor(settings: OidcSettings) {
    this.#settings = settings
  }

  /** Where to send the browser. @throws when the issuer cannot be reached */
  async begin(): Promise<{ url: URL; attempt: Attempt }> {
    const configuration = await this.#configuration()
    const verifier = client.randomPKCECodeVerifier()
    const attempt = { state: client.randomState(), nonce: client.randomNonce(), verifier }
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: this.#callback('').href,
      scope: SCOPE,
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: attempt.state,
      nonce: attempt.nonce,
    })
    return { url, attempt }
  }

  /**
   * Who came back. The tokens are used here, and kept nowhere.
   * @param search of the address that the issuer sent the browser to
   * @throws when anything about it is not right: state, code, verifier, nonce, signature, times
   */
  async complete(search: string, { state, nonce, verifier }: Attempt): Promise<Identity> {
    const configuration = await this.#configuration()
    const tokens = await client.authorizationCodeGrant(configuration, this.#callback(search), {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    })
    const inToken = tokens.claims()
    if (!inToken) throw new Error('there is no ID token')
    // Some issuers put the claims of `email` and `profile` only there.
    const asked = inToken.email === undefined && configuration.serverMetadata().userinfo_endpoint
    const claims = asked
      ? { ...inToken, ...(await client.fetchUserInfo(configuration, tokens.access_token, inToken.sub)) }
      : inToken
    const { email, name, preferred_username } = claims
    return {
      issuer: inToken.iss,
      subject: inToken.sub,
      email: text(email)?.toLowerCase() ?? null,
      // The second is Entra's word for it.
      emailVerified: claims.email_verified === true || [true, 1, '1'].includes(claims.xms_edov as never),
      name: text(name) ?? text(preferred_username) ?? null,
    }
  }

  /** Where to send a browser to end the session at the issuer, too; null: it does not offer that, or is away. */
  async end(): Promise<string | null> {
    const configuration = await this.#configuration().catch(() => null)
    if (!configuration?.serverMetadata().end_session_endpoint) return null
    return client.buildEndSessionUrl(configuration, { post_logout_redirect_uri: `${this.#settings.publicUrl}/` }).href
  }

  #callback(search: string): URL {
    return new URL(`/api/login/callback${search}`, this.#settings.publicUrl)
  }

  #configuration(): Promise<client.Configuration> {
    this.#discovered ??= discover(this.#settings).catch((error) => {
      this.#discovered = undefined
      throw error
    })
    return this.#discovered
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
  const insecure = new URL(issuer).protocol === 'http:' ? [client.allowInsecureRequests] : []
  const options = { execute: insecure, timeout: TIMEOUT_SECONDS }
  const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), options)
  const metadata = found.serverMetadata()
  const methods = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'] // as the specification says
  const secret = methods.includes('client_secret_basic') ? client.ClientSecretBasic : client.ClientSecretPost
  const authentication = clientSecret ? secret(clientSecret) : client.None()
  const known = { [client.clockTolerance]: CLOCK_SECONDS }
  const configuration = new client.Configuration(metadata, clientId, known, authentication)
  configuration.timeout = TIMEOUT_SECONDS
  // The signature, too: the token came over TLS, but a proxy of the company may have opened that.
  for (const enable of [...insecure, client.enableNonRepudiationChecks]) enable(configuration)
  return configuration
}

const text = (claim: unknown): string | undefined => (typeof claim === 'string' && claim.slice(0, 200)) || undefined
