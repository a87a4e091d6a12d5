import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import type { ConversationPage } from '@repo/contract/conversation'
import type { Problem } from '@repo/contract/problem'
import type { UsageReport } from '@repo/contract/usage'
import { type ApiProcess, startApi } from '@repo/local-stack/api-process'
import { ownDatabase } from '@repo/local-stack/own-database'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import { type Sink, startSink } from '@repo/viewer/sink'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { ChatClient } from './chat-client.ts'
import { LoginClient, PUBLIC_URL } from './login-client.ts'

let mock: Mock
let sink: Sink
let issuer: TestIssuer
let pool: pg.Pool
let databaseUrl: string
let api: ApiProcess
let withoutLogin: ApiProcess
const others: ApiProcess[] = []

const common = () => ({
  DATABASE_URL: databaseUrl,
  OPENAI_BASE_URL: mock.url,
  SESSION_SECRET: 's'.repeat(32),
  RATE_LIMIT_PER_MINUTE: '1000',
  OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  LOG_LEVEL: 'debug',
})
async function start(env: Record<string, string> = {}): Promise<ApiProcess> {
  const started = await startApi({ ...common(), ...env })
  others.push(started)
  return started
}

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  sink = await startSink()
  issuer = await startTestIssuer(PUBLIC_URL)
  databaseUrl = await ownDatabase(inject('databaseUrl'))
  pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  const budgets = { DAILY_BUDGET_USD: '50', DAILY_BUDGET_USD_PER_VISITOR: '5' }
  api = await start({ ...issuer.env, ...budgets })
  withoutLogin = await start(budgets)
})

afterAll(async () => {
  await Promise.all(others.map((one) => one.stop()))
  await pool?.end()
  await issuer?.stop()
  await mock?.stop()
  await sink?.stop()
})

const conversations = async (client: ChatClient) =>
  ((await (await client.fetch('/api/conversations')).json()) as ConversationPage).items
const usage = async (client: ChatClient) => (await (await client.fetch('/api/usage')).json()) as UsageReport
const account = async (client: ChatClient) => client.fetch('/api/account')
const whyOf = (end: string) => new URL(end).searchParams.get('login')

describe('without an account', () => {
  it('every route but those that say how the service is answers 401, with where to log in; the document says so', async () => {
    const document = (await (await fetch(`${api.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { responses: object }>>
    }
    for (const path of ['/health', '/ready', '/docs/json']) expect((await fetch(api.url + path)).status).toBe(200)
    const asked: string[] = []
    for (const [path, operations] of Object.entries(document.paths))
      for (const [method, { responses }] of Object.entries(operations)) {
        if (!path.startsWith('/api/') || /^\/api\/log(in|out)/.test(path)) continue
        const url = api.url + path.replaceAll(/\{\w+\}/g, randomUUID())
        const response = await fetch(url, { method: method.toUpperCase() })
        asked.push(`${method} ${path}`)
        expect(response.status, `${method} ${path}`).toBe(401)
        expect(Object.keys(responses), `${method} ${path}`).toContain('401')
        const problem = (await response.json()) as Problem
        expect(problem.type).toBe('urn:lgtm-chat:problem:login-required')
        expect(problem.detail).toContain(`${PUBLIC_URL}/api/login`)
      }
    expect(asked.length).toBeGreaterThan(12)
    expect((await fetch(`${api.url}/api/nothing`)).status).toBe(404)
  })

  it("a visitor's cookie is not enough, nor one that somebody else has signed", async () => {
    const client = new LoginClient(api.url)
    await client.logIn('ada')
    const cookie = client.cookies.get('visitor') ?? ''
    expect((await account(client)).status).toBe(200)
    const [id = ''] = decodeURIComponent(cookie).split('.')
    for (const tampered of [
      id,
      `${id}.`,
      `${id}.AAAA`,
      cookie.replace(/^./, (first) => (first === '0' ? '1' : '0')),
      encodeURIComponent(`${randomUUID()}.${decodeURIComponent(cookie).split('.')[1]}`),
    ]) {
      client.cookies.set('visitor', tampered)
      expect((await account(client)).status, tampered).toBe(401)
    }
  })
})

describe('a login', () => {
  it('goes by authorization code with PKCE, state and nonce, and comes back to where it began', async () => {
    const client = new LoginClient(api.url)
    const { end, way } = await client.logIn('ada', '/c/0b9d7bb4-52a4-4a33-b8f2-2d1b5b6f0d0c')
    expect(end).toBe(`${PUBLIC_URL}/c/0b9d7bb4-52a4-4a33-b8f2-2d1b5b6f0d0c`)
    const asked = new URL(way[1] as string).searchParams
    expect(way[1]).toContain(issuer.url)
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: `${PUBLIC_URL}/api/login/callback`,
      client_id: 'chat',
    })
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asked.get(name)?.length).toBeGreaterThan(40)
    expect(await (await account(client)).json()).toEqual({ name: 'Ada Example', isAdmin: false, canLogOut: true })
    expect(client.cookies.has('login')).toBe(false)
    expect(await client.ask('Hello')).toMatchObject({ metadata: { outcome: 'finished' } })
  })

  it('gives a new session each time, and ends the one before', async () => {
    const client = new LoginClient(api.url)
    await client.logIn('ada')
    const first = client.cookies.get('visitor') as string
    await client.logIn('ada')
    expect(client.cookies.get('visitor')).not.toBe(first)
    const thief = new LoginClient(api.url)
    thief.cookies.set('visitor', first)
    expect((await account(thief)).status).toBe(401)
    expect((await account(client)).status).toBe(200)
  })

  it("shows the account's conversations and usage on a second device", async () => {
    const [desk, phone] = [new LoginClient(api.url), new LoginClient(api.url)]
    await desk.logIn('grace')
    const { conversationId } = await desk.ask('From my desk')
    await phone.logIn('grace')
    expect((await conversations(phone)).map(({ id }) => id)).toEqual([conversationId])
    expect((await usage(phone)).today[0]?.turns).toBe(1)
    const stranger = new LoginClient(api.url)
    await stranger.logIn('heidi')
    expect(await conversations(stranger)).toEqual([])
    expect((await stranger.fetch(`/api/conversations/${conversationId}`)).status).toBe(404)
  })

  it('on plain HTTP has cookies that scripts and other sites do not get, and on HTTPS none without it', async () => {
    const client = new LoginClient(api.url)
    const begun = await client.get(`${PUBLIC_URL}/api/login`)
    const [set = ''] = begun.headers.getSetCookie()
    expect(set).toMatch(/^login=.*; Max-Age=600; Path=\/api\/login; HttpOnly; SameSite=Lax$/)
    expect(begun.headers.get('cache-control')).toBe('no-store')
    const safe = await start({ ...issuer.env, PUBLIC_URL: 'https://chat.example.com' })
    expect((await fetch(`${safe.url}/api/login`, { redirect: 'manual' })).headers.getSetCookie()[0]).toMatch(/; Secure/)
  })

  it('leaves who refuses, or whose issuer is away, on the page with a word why', async () => {
    const client = new LoginClient(api.url)
    const begun = await client.get(`${PUBLIC_URL}/api/login`)
    const state = new URL(begun.headers.get('location') as string).searchParams.get('state')
    const denied = `${PUBLIC_URL}/api/login/callback?error=access_denied&state=${state}&iss=${issuer.url}`
    expect((await client.get(denied)).headers.get('location')).toBe(`${PUBLIC_URL}/?login=denied`)
    const lonely = await start({ ...issuer.env, OIDC_ISSUER: 'http://127.0.0.1:9' })
    const response = await fetch(`${lonely.url}/api/login`, { redirect: 'manual' })
    expect(response.headers.get('location')).toBe(`${PUBLIC_URL}/?login=failed`)
    expect((await fetch(`${lonely.url}/ready`)).status).toBe(200)
  })
})

describe('attacked, a login', () => {
  /** As far as the address that the issuer sends the browser back to, which is not called. */
  const begin = (client: LoginClient, name: string) =>
    client.walk(`${PUBLIC_URL}/api/login`, name, (address) => address.startsWith(`${PUBLIC_URL}/api/login/callback`))

  it('ends with another state than its own, and without the cookie of the browser that began it (login CSRF)', async () => {
    const mallory = new LoginClient(api.url)
    const { end: theirs } = await begin(mallory, 'mallory')
    const victim = new LoginClient(api.url)
    expect(whyOf((await victim.get(theirs)).headers.get('location') as string)).toBe('again')
    await victim.get(`${PUBLIC_URL}/api/login`) // one of their own runs
    expect(whyOf((await victim.get(theirs)).headers.get('location') as string)).toBe('again')
    expect((await account(victim)).status).toBe(401)
    const forged = theirs.replace(/state=[^&]+/, 'state=forged')
    expect(whyOf((await mallory.get(forged)).headers.get('location') as string)).toBe('again')
    expect((await account(mallory)).status).toBe(401)
  })

  it('takes a code once: replayed with all its cookies it is refused', async () => {
    const client = new LoginClient(api.url)
    const { end } = await begin(client, 'ada')
    const attempt = client.cookies.get('login') as string
    expect((await client.get(end)).headers.get('location')).toBe(`${PUBLIC_URL}/`)
    const thief = new LoginClient(api.url)
    thief.cookies.set('login', attempt)
    expect(whyOf((await thief.get(end)).headers.get('location') as string)).toBe('failed')
    expect((await account(thief)).status).toBe(401)
  })

  it('refuses a code that was asked for with another verifier (PKCE), and a tampered or old attempt', async () => {
    const [mallory, victim] = [new LoginClient(api.url), new LoginClient(api.url)]
    const { end: stolen } = await begin(victim, 'ada')
    await mallory.get(`${PUBLIC_URL}/api/login`)
    const kept = decodeURIComponent(mallory.cookies.get('login') as string)
    const { state } = JSON.parse(kept.slice(0, kept.lastIndexOf('.')))
    const injected = stolen.replace(/state=[^&]+/, `state=${state}`)
    expect(whyOf((await mallory.get(injected)).headers.get('location') as string)).toBe('failed')

    const { end } = await begin(mallory, 'mallory')
    const cookie = mallory.cookies.get('login') as string
    const until = Number(/%22until%22%3A(\d+)/.exec(cookie)?.[1])
    expect(until).toBeGreaterThan(Date.now() + 500_000)
    mallory.cookies.set('login', cookie.replace(String(until), String(until + 1)))
    expect(whyOf((await mallory.get(end)).headers.get('location') as string)).toBe('again')
    mallory.cookies.set('login', (await signedElsewhere(mallory)) ?? '')
    expect(whyOf((await mallory.get(end)).headers.get('location') as string)).toBe('again')
  })

  /** The other cookie that the API signs, in this one's place. */
  async function signedElsewhere(client: LoginClient) {
    await client.logIn('mallory')
    return client.cookies.get('visitor')
  }

  it.each([
    '//evil.example',
    'https://evil.example/x',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/api/logout',
    '\\\\evil.example',
    '/%0d%0aset-cookie:x=1',
  ])('leads nowhere else afterwards: %j', async (to) => {
    const client = new LoginClient(api.url)
    const { end } = await client.logIn('ada', to)
    expect(new URL(end).origin).toBe(PUBLIC_URL)
    expect(new URL(end).pathname.startsWith('/api/')).toBe(false)
  })

  it('knows a session no longer when it has expired', async () => {
    const client = new LoginClient(api.url)
    await client.logIn('ivan')
    expect((await account(client)).status).toBe(200)
    await pool.query(
      `update session set expires_at = now() - interval '1 second' from account
       where account.id = account_id and subject = 'ivan'`,
    )
    expect((await account(client)).status).toBe(401)
    await client.logIn('ivan')
    const { rows } = await pool.query(`select from session where expires_at < now()`)
    expect(rows).toEqual([])
  })
})

describe('a logout', () => {
  it('ends the session here and at the issuer, so that the next login asks again', async () => {
    const client = new LoginClient(api.url)
    await client.logIn('judy')
    const cookie = client.cookies.get('visitor') as string
    const response = await client.fetch('/api/logout', { method: 'POST' })
    const { url } = (await response.json()) as { url: string }
    expect(url).toContain(`${issuer.url}/session/end?`)
    const { end } = await client.walk(url, 'judy', (address) => address === `${PUBLIC_URL}/`)
    expect(end).toBe(`${PUBLIC_URL}/`)
    expect(client.cookies.has('visitor')).toBe(false)
    client.cookies.set('visitor', cookie)
    expect((await account(client)).status).toBe(401)
    client.cookies.delete('visitor')
    const { way } = await client.logIn('judy')
    expect(way.some((address) => address.includes('/interaction/'))).toBe(true)
  })

  it('cannot be made by a link, and is one also where nobody was logged in', async () => {
    const client = new LoginClient(api.url)
    await client.logIn('judy')
    expect((await client.fetch('/api/logout')).status).toBe(405)
    expect((await account(client)).status).toBe(200)
    const response = await new LoginClient(api.url).fetch('/api/logout', { method: 'POST' })
    expect(await response.json()).toEqual({ url: `${PUBLIC_URL}/` })
  })
})

describe('what a visitor had before', () => {
  it('is the account’s after its login: conversations, usage, budget and rate, once, and from each device', async () => {
    const [one, two] = [new LoginClient(withoutLogin.url), new LoginClient(withoutLogin.url)]
    const asked = [await one.ask('Before, here'), await one.ask('Once more'), await two.ask('Before, there')]
    const spent = asked.reduce((sum, { metadata }) => sum + (metadata.costUsd ?? 0), 0)
    const visitors = [one, two].map((client) => decodeURIComponent(client.cookies.get('visitor') ?? '').split('.')[0])
    await fill(visitors[0] as string)

    const devices = [one, two].map((client) => {
      const device = new LoginClient(api.url)
      for (const [name, value] of client.cookies) device.cookies.set(name, value)
      return device
    })
    for (const device of devices) await device.logIn('karl')
    for (const device of devices) {
      const ids = (await conversations(device)).map(({ id }) => id)
      expect(ids.sort()).toEqual(asked.map(({ conversationId }) => conversationId).sort())
      const { today, limits } = await usage(device)
      const { turns, costUsd } = today.find(({ model }) => model !== 'model-of-old') as (typeof today)[number]
      expect(turns).toBe(3)
      expect(costUsd).toBeCloseTo(spent, 12)
      expect(limits.visitorBudget?.spentUsd).toBeCloseTo(spent, 12)
    }
    // Every sum that a visitor can have, whatever is added to the table later.
    const { rows } = await pool.query(
      `select usage.* from usage join account on account.id = visitor_id where subject = 'karl' and model = 'model-of-old'`,
    )
    const { day: _, visitor_id: __, model: ___, ...sums } = rows[0]
    expect(Object.values(sums).map(Number)).toEqual(Object.keys(sums).map((_, index) => index + 1))
    for (const [table, column] of [
      ['conversation', 'visitor_id'],
      ['attachment', 'visitor_id'],
      ['usage', 'visitor_id'],
      ['visitor_rate', 'visitor_id'],
    ] as const)
      expect((await pool.query(`select from ${table} where ${column} = any($1)`, [visitors])).rowCount, table).toBe(0)
    const left = await pool.query(
      'select sum(spent_usd + reserved_usd)::float8 as left from budget where scope = any($1)',
      [visitors],
    )
    expect(left.rows[0].left).toBe(0)
  })

  /** A row of usage with another number in each sum. */
  async function fill(visitorId: string): Promise<void> {
    const { rows } = await pool.query(
      `select column_name as name from information_schema.columns where table_name = 'usage' and table_schema = 'public'
       and column_name not in ('day', 'visitor_id', 'model') order by ordinal_position`,
    )
    const names = rows.map(({ name }) => name)
    await pool.query(
      `insert into usage (day, visitor_id, model, ${names}) values (current_date, $1, 'model-of-old', ${names.map((_, i) => i + 1)})`,
      [visitorId],
    )
  }

  it('is nobody else’s who logs in with the same browser later', async () => {
    const visitor = new LoginClient(withoutLogin.url)
    const { conversationId } = await visitor.ask('Mine')
    const cookie = visitor.cookies.get('visitor') as string
    const logInAs = async (name: string) => {
      const client = new LoginClient(api.url)
      client.cookies.set('visitor', cookie)
      await client.logIn(name)
      return (await conversations(client)).map(({ id }) => id)
    }
    expect(await logInAs('lena')).toEqual([conversationId])
    expect(await logInAs('mark')).toEqual([])
  })

  it('is counted also for the turn that ran meanwhile, with the next login', async () => {
    const visitor = new LoginClient(withoutLogin.url)
    const running = await visitor.begin('mock-long')
    await running.untilText()
    const client = new LoginClient(api.url)
    client.cookies.set('visitor', visitor.cookies.get('visitor') as string)
    await client.logIn('nina')
    expect((await conversations(client)).map(({ id }) => id)).toEqual([running.conversationId])
    await running.end()
    await client.logIn('nina')
    expect((await usage(client)).today[0]?.turns).toBe(1)
    const held = await pool.query('select sum(reserved_usd)::float8 as held from budget')
    expect(held.rows[0].held).toBe(0)
  })
})

describe('behind a proxy that logs people in', () => {
  const env = { LOGIN_PROXY_HEADER: 'X-Forwarded-Email', LOGIN_PROXIES: '127.0.0.1,10.0.0.0/8' }
  const as = (name: string, more = {}) => ({ headers: { 'x-forwarded-email': name, ...more } })

  it('who asks is who the proxy says, on every device; what they had as visitors is theirs', async () => {
    const visitor = new ChatClient(withoutLogin.url)
    const { conversationId } = await visitor.ask('Before the proxy')
    const proxied = await proxiedApi()
    const client = new ChatClient(proxied.url)
    client.cookie = visitor.cookie
    const list = async (name: string, one: ChatClient) =>
      ((await (await one.fetch('/api/conversations', as(name))).json()) as ConversationPage).items.map(({ id }) => id)
    expect(await list('Olga@Example.com', client)).toEqual([conversationId])
    expect(await list('olga@example.com', new ChatClient(proxied.url))).toEqual([conversationId])
    expect(await list('peter@example.com', client)).toEqual([])
    expect(await (await client.fetch('/api/account', as('olga@example.com'))).json()).toEqual({
      name: 'olga@example.com',
      isAdmin: false,
      canLogOut: false,
    })
  })

  it('the header of any other address is ignored, whatever the request says of where it comes from', async () => {
    const proxied = await start({ ...env, LOGIN_PROXIES: '10.0.0.0/8,::2', ADMIN_EMAILS: 'boss@example.com' })
    for (const more of [
      {},
      { 'x-forwarded-for': '10.0.0.1' },
      { forwarded: 'for=10.0.0.1' },
      { 'x-real-ip': '10.0.0.1' },
    ])
      expect((await fetch(`${proxied.url}/api/account`, as('boss@example.com', more))).status).toBe(401)
  })

  it.each(['', 'a@example.com, b@example.com', 'a b', 'x'.repeat(300)])('the name %j is nobody’s', async (name) => {
    expect((await fetch(`${(await proxiedApi()).url}/api/account`, as(name))).status).toBe(401)
  })
  let shared: Promise<ApiProcess> | undefined
  const proxiedApi = () => {
    shared ??= start(env)
    return shared
  }

  it('nobody is known by a header where people log in themselves, or where nobody does', async () => {
    expect((await fetch(`${api.url}/api/account`, as('boss@example.com'))).status).toBe(401)
  })
})

it('nothing of a login is in a log line or in telemetry: no code, token, secret, name or address of a person', async () => {
  const client = new LoginClient(api.url)
  const { way } = await client.logIn('canaryperson7302')
  await client.ask('Hello')
  const cookie = decodeURIComponent(client.cookies.get('visitor') ?? '').split('.')
  const inUrls = way.flatMap((address) => [...new URL(address).searchParams])
  const secrets = inUrls.filter(([name]) => /^(code|state|nonce|code_challenge)$/.test(name)).map(([, value]) => value)
  expect(secrets.length).toBeGreaterThan(4)
  await client.fetch('/api/logout', { method: 'POST' })
  const alone = await start(issuer.env)
  const quick = new LoginClient(alone.url)
  await quick.logIn('canaryperson7303')
  await alone.stop()
  await sink.waitFor(() => sink.rawBodies().some((body) => body.includes('/api/login/callback')))
  const written = [...sink.rawBodies(), api.output(), alone.output()]
  for (const secret of [...secrets, ...cookie, 'canaryperson', 'canarysecret', 'eyJ'])
    expect(
      written.flatMap((text) => around(secret, text)),
      secret,
    ).toEqual([])
})

function around(word: string, text: string): string[] {
  const at = text.indexOf(word)
  return at === -1 ? [] : [text.slice(Math.max(0, at - 200), at + 60)]
}

it.each([
  [
    { OIDC_ISSUER: 'http://login.example.com', OIDC_CLIENT_ID: 'x' },
    /OIDC_ISSUER must be the issuer's https URL.* e\.g\. OIDC_ISSUER=/,
  ],
  [{ OIDC_ISSUER: 'https://login.example.com' }, /OIDC_ISSUER and OIDC_CLIENT_ID belong together/],
  [{ OIDC_ISSUER: 'https://a.example', OIDC_CLIENT_ID: 'x', NODE_ENV: 'production' }, /PUBLIC_URL is not set/],
  [
    { OIDC_ISSUER: 'https://a.example', OIDC_CLIENT_ID: 'x', PUBLIC_URL: 'https://a.example/path' },
    /PUBLIC_URL must be/,
  ],
  [{ ADMIN_EMAILS: 'ada' }, /ADMIN_EMAILS must be e-mail addresses, comma separated, e\.g\./],
  [{ ADMIN_EMAILS: 'ada@example.com' }, /set OIDC_ISSUER, too/],
  [{ LOGIN_PROXY_HEADER: 'x-forwarded-email' }, /believed only from the addresses in LOGIN_PROXIES/],
  [
    { LOGIN_PROXY_HEADER: 'x-forwarded-email', LOGIN_PROXIES: '10.0.0.0/33' },
    /LOGIN_PROXIES must be IP addresses or networks/,
  ],
  [{ LOGIN_PROXY_HEADER: 'x e', LOGIN_PROXIES: '10.0.0.1' }, /LOGIN_PROXY_HEADER must be the name of a header/],
])('a value that cannot be stops the start with a sentence: %j', (env, sentence) => {
  const script = `import('./src/routes/login/login-settings.ts').then(({ parseLogin }) => parseLogin(process.env)).catch((error) => { console.log(error.constructor.name, error.message) })`
  const output = execFileSync(process.execPath, ['-e', script], {
    cwd: new URL('..', import.meta.url),
    env: env as unknown as NodeJS.ProcessEnv,
    encoding: 'utf8',
  })
  expect(output).toMatch(/^ConfigError/)
  expect(output).toMatch(sentence)
})
