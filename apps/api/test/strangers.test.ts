import { randomUUID } from 'node:crypto'
import { startTestIssuer, type TestIssuer } from '@repo/local-stack/test-issuer'
import { type Mock, startMock } from '@repo/mock-llm/mock'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHere } from './app-here.ts'
import { ChatClient, type RunningAnswer } from './chat-client.ts'
import { LoginClient, PUBLIC_URL } from './login-client.ts'
import { exampleOf, isReading, type Operation, operationsOf } from './operations.ts'
import { pictures } from './pictures.ts'

/** What the victim has written, in each place where people write. */
const secrets = ['canaryquestion8101', 'canarycomment8102', 'canarytitle8103', 'canaryrunning8104', 'canaryhidden8105']
const VERBS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY']
/** Tables in which something is a person's. Of messages those that nobody writes any more. */
const OWNED = {
  conversation: 'select * from conversation where visitor_id = $1',
  message: `select message.* from message join conversation on conversation.id = conversation_id
    where visitor_id = $1 and status is distinct from 'streaming' and message.model is distinct from 'mock-stall'`,
  feedback: `select feedback.* from feedback join message on message.id = message_id
    join conversation on conversation.id = conversation_id where visitor_id = $1`,
  approval: `select approval.* from approval join conversation on conversation.id = conversation_id where visitor_id = $1`,
  attachment: 'select * from attachment where visitor_id = $1',
  session: 'select * from session where account_id = $1',
  account: 'select * from account where id = $1',
  limits: 'select * from account_limit where account_id = $1',
}

let mock: Mock
let issuer: TestIssuer
const ends: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  mock = await startMock({ pace: 0.05 })
  issuer = await startTestIssuer(PUBLIC_URL)
})

afterAll(async () => {
  for (const end of ends) await end()
  await issuer?.stop()
  await mock?.stop()
})

/** An API in this process; with login, it reads that from the environment. */
async function startApi(login: boolean) {
  const { url, pool, stop } = await startHere(
    {
      OPENAI_BASE_URL: mock.url,
      SESSION_SECRET: 'strangers, and what they try to reach',
      RATE_LIMIT_PER_MINUTE: '100000',
      DAILY_BUDGET_USD: '1000',
      LLM_IDLE_TIMEOUT_MS: '600000', // the victim's answer is to run all the while
    },
    login ? { ...issuer.env, ADMIN_EMAILS: 'ada@example.com' } : {},
  )
  ends.push(stop)
  const client = async (name: string): Promise<ChatClient> => {
    const one = login ? new LoginClient(url) : new ChatClient(url)
    if (one instanceof LoginClient) await one.logIn(name)
    return one
  }
  return { url, pool, client, operations: await operationsOf(url) }
}

const json = { 'content-type': 'application/json' }

/** Has something in every place, and an answer that is being written. */
async function somebody(client: ChatClient, pool: pg.Pool) {
  const upload = async () => {
    const headers = { 'content-type': 'image/png' }
    const response = await client.fetch('/api/attachments', { method: 'POST', headers, body: pictures.png })
    return ((await response.json()) as { id: string }).id
  }
  const [sent, unsent] = [await upload(), await upload()]
  const file = { type: 'file', mediaType: 'image/png', url: `/api/attachments/${sent}` }
  const answered = await client.ask(`mock-echo ${secrets[0]}`, { files: [file] })
  const comment = JSON.stringify({ rating: 'up', comment: secrets[1] })
  await client.fetch(`/api/messages/${answered.messageId}/feedback`, { method: 'PUT', headers: json, body: comment })
  const path = `/api/conversations/${answered.conversationId}`
  await client.fetch(path, { method: 'PATCH', headers: json, body: JSON.stringify({ title: secrets[2] }) })
  const hidden = await client.ask(`mock-echo ${secrets[4]}`)
  await client.fetch(`/api/conversations/${hidden.conversationId}`, { method: 'DELETE' })
  const asking = await client.begin('Rename this conversation to “Latency notes”.')
  await asking.until((chunk) => chunk.type === 'tool-approval-request')
  const running = await client.begin(`${secrets[3]}`, { model: 'mock-stall' })
  await running.untilText()
  const { rows } = await pool.query(
    `select visitor_id as id, (select id from approval limit 1) as approval from conversation where id = $1`,
    [answered.conversationId],
  )
  const { id, approval } = rows[0] as { id: string; approval: string }
  const conversations = [answered, hidden, asking, running].map(({ conversationId }) => conversationId)
  const messages = [answered.messageId, answered.questionId, running.questionId]
  return { id, client, running, asking, approval, ids: [...conversations, ...messages, sent, unsent, approval, id] }
}

type Somebody = Awaited<ReturnType<typeof somebody>>

async function everythingOf({ id }: Somebody, pool: pg.Pool): Promise<object> {
  const all = Object.entries(OWNED).map(async ([table, text]) => {
    const { rows } = await pool.query(`select to_jsonb(own)::text as row from (${text}) as own order by 1`, [id])
    return [table, rows.map(({ row }) => row)]
  })
  return Object.fromEntries(await Promise.all(all))
}

interface Answer {
  readonly status: number
  readonly body: string
}

/** What was answered, without what is another one each time. */
async function answerTo(
  client: ChatClient,
  path: string,
  init: RequestInit,
  asked: readonly string[],
): Promise<Answer> {
  const response = await client.fetch(path, { ...init, signal: AbortSignal.timeout(30_000) })
  let body = await response.text()
  for (const secret of secrets) expect(body, `${init.method} ${path}`).not.toContain(secret)
  for (const id of asked) body = body.replaceAll(id, 'ID')
  return { status: response.status, body: body.replaceAll(/"traceId":("[0-9a-f]+"|null)/g, '"traceId":0') }
}

/** Every path with every verb, and the victim's ids in the place of each parameter; then in each place of each body. */
async function attack(attacker: () => ChatClient, victim: Somebody, operations: readonly Operation[]): Promise<number> {
  let requests = 0
  const foreign = (answer: Answer, what: string) => {
    requests++
    for (const id of victim.ids) expect(answer.body, what).not.toContain(id)
  }
  const bodyOf = (operation: Operation | undefined, uuid: (place: string) => string | undefined): RequestInit => {
    if (operation?.schema) return { headers: json, body: JSON.stringify(exampleOf(operation.schema, uuid)) }
    if (operation?.types.length) return { headers: { 'content-type': 'image/png' }, body: pictures.png }
    return {}
  }
  const paths = [...new Set(operations.map(({ path }) => path))].filter((path) => !/^\/api\/log(in|out)/.test(path))
  // First: what is made below has ids of the victim's in places of its own.
  for (const { path, method } of operations.filter((one) => isReading(one) && !one.path.includes('{')))
    if (!/^\/api\/log(in|out)/.test(path))
      foreign(await answerTo(attacker(), path, { method, redirect: 'manual' }, []), `${method} ${path}`)
  for (const path of paths.filter((one) => one.includes('{')))
    for (const method of VERBS) {
      const operation = operations.find((one) => one.path === path && one.method === method)
      const body = method === 'GET' || method === 'HEAD' ? {} : bodyOf(operation, () => randomUUID())
      const withIds = async (ids: readonly string[]) => {
        let i = 0
        const own = path.replaceAll(/\{\w+\}/g, () => ids[i++] ?? '')
        const query = operation?.method === 'GET' && path.endsWith('/export') ? '?format=json' : ''
        return answerTo(attacker(), own + query, { method, ...body }, ids)
      }
      const never = await withIds([randomUUID(), randomUUID()])
      // A verb that there is not has no ids to look for: two are enough.
      const ids = operation ? victim.ids : victim.ids.slice(0, 2)
      const pairs = ids.map((id) => (path.includes('{approvalId}') ? [id, victim.approval] : [id]))
      const answers = await Promise.all(pairs.map(withIds))
      for (const answer of answers) {
        foreign(answer, `${method} ${path}`)
        // As one that never was: nothing tells that it is somebody's.
        expect(answer, `${method} ${path}`).toEqual(never)
      }
    }
  for (const operation of operations.filter(({ schema }) => schema)) {
    const { path, method, schema } = operation
    const places = new Set<string>()
    exampleOf(schema ?? {}, (place) => {
      places.add(place)
      return ''
    })
    const attempts = [...places].flatMap((place) => victim.ids.map((id) => ({ place, id })))
    await Promise.all(
      attempts.map(async ({ place, id }) => {
        const own = path.replaceAll(/\{\w+\}/g, () => randomUUID())
        const others = (at: string) => (/^(parent|message)Id$/.test(at) ? undefined : randomUUID())
        const init = bodyOf(operation, (at) => (at === place ? id : others(at)))
        foreign(await answerTo(attacker(), own, { method, ...init }, [id]), `${method} ${path}, ${place}`)
      }),
    )
  }
  await Promise.all(
    victim.ids.map(async (id) => {
      const file = { type: 'file', mediaType: 'image/png', url: `/api/attachments/${id}` }
      const message = { id: randomUUID(), role: 'user', parts: [file, { type: 'text', text: 'What is this?' }] }
      const body = JSON.stringify({ id: randomUUID(), trigger: 'submit-message', message })
      const answer = await answerTo(attacker(), '/api/chat', { method: 'POST', headers: json, body }, [id])
      foreign(answer, 'a picture in a question')
      expect([401, 404]).toContain(answer.status)
    }),
  )
  return requests
}

describe.each([
  { login: false, name: 'without login' },
  { login: true, name: 'with login and administrators' },
])('$name', ({ login }) => {
  it('no id, route, verb or body reaches what is somebody else’s, nor tells that it is there', async () => {
    const { url, pool, client, operations } = await startApi(login)
    const victim = await somebody(await client('grace'), pool)
    const before = await everythingOf(victim, pool)
    expect(Object.values(before).flat().length).toBeGreaterThan(10)
    const other = await client('heidi')
    await other.ask('Hello')
    const forged = new ChatClient(url)
    const attackers: [string, () => ChatClient][] = [
      ['somebody else', () => other],
      // Each time anew: the API makes a visitor of whoever asks something.
      ['nobody', () => new ChatClient(url)],
      ['a forged cookie', () => Object.assign(forged, { cookie: `visitor=${victim.id}.${'A'.repeat(43)}` })],
    ]
    if (login) {
      const admin = await client('ada')
      attackers.push(['an administrator', () => admin])
    }
    const asked = mock.requests().length
    for (const [name, attacker] of attackers) {
      // Administrators see who there is, and set limits: that is theirs. What people wrote is not.
      const isAdmin = name === 'an administrator'
      const theirs = operations.filter(({ path }) => !isAdmin || !path.startsWith('/api/admin'))
      expect(await attack(attacker, victim, theirs), name).toBeGreaterThan(200)
    }
    const prompts = JSON.stringify(mock.requests().slice(asked))
    for (const secret of secrets) expect(prompts).not.toContain(secret)
    expect(await everythingOf(victim, pool)).toEqual(before)

    const runs = async ({ conversationId }: RunningAnswer) => (await victim.client.rejoin(conversationId)) !== null
    expect([await runs(victim.running), await runs(victim.asking)]).toEqual([true, true])
    for (const { conversationId } of [victim.running, victim.asking])
      await victim.client.fetch(`/api/conversations/${conversationId}/stop`, { method: 'POST' })
    expect((await victim.running.end()).metadata.outcome).toBe('stopped')
    expect((await victim.asking.end()).metadata.outcome).toBe('stopped')
  })
})
