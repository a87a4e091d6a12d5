import assert from 'node:assert/strict'
import { setTimeout as sleep } from 'node:timers/promises'
import { STEADY } from '@repo/local-stack/steady-model'
import { eventually } from '@repo/stores/eventually'
import { getJson } from '@repo/stores/http'
import { attribute, errorType, metric } from '@repo/telemetry/catalogue'
import type { Asked } from './asked.ts'
import { countBy } from './settled.ts'
import { unreachable, type World } from './world.ts'

export interface Fault {
  readonly name: string
  /** The API is ended: what it counted may be gone with it. */
  readonly kills?: boolean
  /** Breaks something, and mends it. @returns what people saw; throws when that is not what they should see */
  run(world: World): Promise<string>
}

const RUNNING = 6

/** @throws when one of these ended otherwise */
async function endsAs(expected: string | RegExp, asked: readonly Asked[]): Promise<string> {
  await Promise.all(asked.map(({ ended }) => ended))
  const ends = asked.map(({ end }) => end)
  for (const end of ends)
    if (typeof expected === 'string') assert.equal(end, expected)
    else assert.match(end, expected)
  return told(asked)
}

const told = (asked: readonly Asked[]) =>
  Object.entries(countBy(asked.map(({ end }) => end)))
    .map(([end, count]) => `${count} ${end}`)
    .join(', ')

const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
const slowest = (asked: readonly Asked[], of: keyof Asked['ms']) => Math.max(...asked.map(({ ms }) => ms[of]))

/** Answers that run go on as if nothing was, and new questions are refused with a sentence until it is mended. */
async function databaseAway(world: World, breakIt: () => Promise<void>, mendIt: () => Promise<void>): Promise<string> {
  const running = await world.longAnswers(RUNNING)
  await breakIt()
  const refused = world.many(3, 'Is somebody there?')
  const refusals = await endsAs('503 database-unavailable', refused)
  for (const { retryAfter } of refused) assert.ok(Number(retryAfter) > 0, 'it says when to come back')
  await mendIt()
  const healed = await world.healed()
  return `running: ${await endsAs('finished', running)}; new: ${refusals} within ${seconds(slowest(refused, 'end'))}; ${healed}`
}

export const faults: readonly Fault[] = [
  {
    name: 'provider: cut in mid-answer',
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      world.provider.cut()
      return `${await endsAs(`truncated (${errorType.connection})`, running)}; ${await world.healed()}`
    },
  },
  {
    name: 'provider: stalls in mid-answer',
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      world.provider.keepSilent()
      const ended = await endsAs(`failed (${errorType.idleTimeout})`, running)
      world.provider.speak()
      return `${ended}; ${await world.healed()}`
    },
  },
  {
    name: 'provider: a storm of 429',
    async run(world) {
      const refused = world.many(30, 'mock-429')
      const other = world.ask('Hello')
      return `${await endsAs('failed (429)', refused)}; of another model: ${await endsAs('finished', [other])}`
    },
  },
  { name: 'provider: 500', run: (world) => endsAs('failed (500)', world.many(10, 'mock-500')) },
  {
    name: 'provider: slow network (each packet 300 ms late)',
    async run(world) {
      world.provider.delayMs = 300
      const asked = world.many(RUNNING, 'Hello')
      const ended = await endsAs('finished', asked).finally(() => {
        world.provider.delayMs = 0
      })
      return `${ended}, first word after up to ${seconds(slowest(asked, 'first'))}`
    },
  },
  {
    name: 'provider: name not found',
    run: (world) => endsAs(`failed (${errorType.hostNotFound})`, world.many(4, 'Hello', { model: unreachable.dns })),
  },
  {
    name: 'provider: connection refused',
    async run(world) {
      await world.provider.shut()
      // What is refused on loopback inside of a container has words of its own.
      const refused = new RegExp(`^failed \\((${errorType.connectionRefused}|${errorType.loopback})\\)$`)
      const ended = await endsAs(refused, world.many(4, 'Hello')).finally(() => world.provider.open())
      return `${ended}; ${await world.healed()}`
    },
  },
  {
    name: 'provider: TLS broken',
    run: (world) => endsAs(`failed (${errorType.tls})`, world.many(4, 'Hello', { model: unreachable.tls })),
  },
  {
    name: 'database: restarted in mid-answer',
    run: (world) => {
      let back: Promise<void> | undefined
      return databaseAway(
        world,
        async () => {
          back = world.restartDatabase(3000)
          await sleep(1000)
        },
        async () => back,
      )
    },
  },
  {
    name: 'database: killed in mid-answer, recovers',
    run: (world) =>
      databaseAway(
        world,
        () => world.killDatabase(),
        () => world.startDatabase(),
      ),
  },
  {
    name: 'database: slow network (each packet 100 ms late)',
    async run(world) {
      world.database.delayMs = 100
      const asked = world.many(20, 'Hello')
      const ended = await endsAs('finished', asked).finally(() => {
        world.database.delayMs = 0
      })
      return `${ended}, the last after ${seconds(slowest(asked, 'end'))}`
    },
  },
  {
    name: 'database: hangs for 14 s, every connection of the pool waits for a lock',
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      const hanging = world.query('begin; lock table message in access exclusive mode; select pg_sleep(14); commit')
      await sleep(300)
      const refused = world.many(30, 'Is somebody there?')
      const refusals = await endsAs('503 database-unavailable', refused)
      await hanging
      const healed = await world.healed()
      return `running: ${await endsAs('finished', running)}; new: ${refusals} within ${seconds(slowest(refused, 'end'))}; ${healed}`
    },
  },
  {
    name: 'database: read-only',
    run: (world) =>
      databaseAway(
        world,
        async () => {
          await world.query('alter database chat set default_transaction_read_only = on')
          world.database.cut()
        },
        async () => {
          await world.query('begin read write; alter database chat reset default_transaction_read_only; commit')
        },
      ),
  },
  {
    name: 'database: disk full',
    async run(world) {
      if (!world.hasOwnDisk) {
        const how = `raise exception using errcode = '53100', message = 'No space left on device'`
        const seen = await databaseAway(
          world,
          async () => {
            await world.query(`create function full_disk() returns trigger as $$ begin ${how}; end $$ language plpgsql`)
            await world.query(
              'create trigger full_disk before insert or update on message for each statement execute function full_disk()',
            )
          },
          async () => void (await world.query('drop function full_disk cascade')),
        )
        return `(a stand-in, because only root can fill a disk of its own) ${seen}`
      }
      // What fits into pages that are there already is still written: asked until something does not.
      const running = await world.longAnswers(RUNNING)
      const empty = await world.fillDisk()
      const asked: Asked[] = []
      const refused = async () => {
        const some = world.many(5, `Is there room? ${'x'.repeat(10_000)}`)
        await Promise.all(some.map(({ ended }) => ended))
        asked.push(...some)
        return some.every(({ end }) => end === '503 database-unavailable')
      }
      await eventually(refused, 'questions are still stored')
      empty()
      // A server that could not write its log has ended: whoever runs it starts it again.
      const ended = await world.databaseEnds(1000)
      if (ended) await world.startDatabase()
      const healed = await world.healed()
      const seen = `running: ${await endsAs('finished', running)}; new: ${told(asked)}; ${healed}`
      return ended ? `${seen} (the server had ended, and was started again)` : seen
    },
  },
  {
    name: 'database: failed over in mid-answer (to a second server, by streaming replication)',
    async run(world) {
      const standby = await world.startStandby()
      await world.healed()
      const running = await world.longAnswers(RUNNING)
      await world.failOver(standby)
      const healed = await world.healed()
      return `running: ${await endsAs('finished', running)}; ${healed}`
    },
  },
  {
    name: 'collector and store (the viewer): away for 4 s',
    async run(world) {
      const back = world.restart('viewer', 'SIGKILL', 4000)
      await sleep(500)
      const asked = world.many(RUNNING, 'Hello')
      const ended = await endsAs('finished', asked)
      await back
      const traceId = asked[0]?.metadata?.traceId
      const arrived = async () => {
        const { spans } = await getJson<{ spans: { name: string }[] }>(`${world.viewer}/api/traces/${traceId}`)
        return spans.some(({ name }) => name.startsWith('chat '))
      }
      await eventually(arrived, 'what was recorded meanwhile has not arrived')
      return `${ended}, and their traces arrived afterwards`
    },
  },
  {
    name: 'API: SIGTERM with streams open',
    kills: true,
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      const late = await world.longAnswers(1)
      await world.restart('api', 'SIGTERM')
      return `${await endsAs(/^(finished|disconnected)$/, [...running, ...late])}; ${await world.healed()}`
    },
  },
  {
    name: 'API: SIGKILL with streams open',
    kills: true,
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      await sleep(500)
      await world.restart('api', 'SIGKILL')
      return `${await endsAs('cut', running)}; ${await world.healed()}`
    },
  },
  {
    name: 'web: killed with streams open',
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      await world.restart('web', 'SIGKILL')
      const cut = await endsAs('cut', running)
      const rejoined = await Promise.all(running.map((one) => one.rejoin()))
      const found = rejoined.filter(Boolean).length
      return `${cut}; ${found} of them joined again: ${told(running.filter((_, i) => rejoined[i]))}; ${await world.healed()}`
    },
  },
  {
    name: 'API: clock an hour ahead, then back (Date, by a preload)',
    async run(world) {
      const before = await world.longAnswers(2)
      await world.tell('api', 'clock', 3600_000)
      const ahead = [...(await world.longAnswers(2)), ...world.many(3, 'Hello')]
      await sleep(1000)
      await world.tell('api', 'clock', 0)
      const back = world.many(3, 'Hello')
      return endsAs('finished', [...before, ...ahead, ...back])
    },
  },
  {
    name: 'API: event loop blocked for 3 s',
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      await world.tell('api', 'block', 3000)
      const asked = world.many(3, 'Hello')
      return `running: ${await endsAs('finished', running)}; new: ${await endsAs('finished', asked)}, first word after up to ${seconds(slowest(asked, 'first'))}`
    },
  },
  {
    name: 'API: nearly no memory left',
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      await world.tell('api', 'fill', 0.9)
      await world.look('api') // it is full
      await sleep(300)
      const asked = world.many(5, 'Hello')
      const refusals = await endsAs('503 api-busy', asked).finally(() => world.tell('api', 'empty'))
      const healed = await world.healed()
      return `running: ${await endsAs('finished', running)}; new: ${refusals} within ${seconds(slowest(asked, 'end'))}; ${healed}`
    },
  },
  {
    name: 'API: memory limit reached, the process dies',
    kills: true,
    async run(world) {
      const running = await world.longAnswers(RUNNING)
      await sleep(500)
      await world.tell('api', 'fill', 2)
      await endsAs('cut', running)
      assert.match(world.log('api'), /heap out of memory/)
      await world.restart('api')
      return `${told(running)}; ${await world.healed()}`
    },
  },
  {
    name: 'overload: 150 long answers asked for at once, where 60 may run',
    async run(world) {
      const busy = { [attribute.rejectionReason]: 'busy' }
      const before = await world.counter(metric.rejections.name, busy)
      const asked = world.many(150, STEADY)
      await Promise.all(asked.map(({ ended }) => ended))
      const refused = asked.filter(({ problem }) => problem)
      // On a machine that is busy itself, some of those who wait do not get a connection to the database in time.
      await endsAs(/^503 (api-busy|database-unavailable)$/, refused)
      assert.ok(refused.length >= 90 && refused.length < 150, `${refused.length} were refused`)
      for (const { retryAfter } of refused) assert.ok(Number(retryAfter) > 0, 'it says when to come back')
      await endsAs(
        'finished',
        asked.filter(({ problem }) => !problem),
      )
      const tooMany = refused.filter(({ end }) => end === '503 api-busy')
      const counted = async () => (await world.counter(metric.rejections.name, busy)) - before === tooMany.length
      await eventually(counted, 'not every refusal is counted')
      return `${told(asked)}, refused as busy within ${seconds(slowest(tooMany, 'end'))}, all of them counted`
    },
  },
  {
    name: 'overload: one visitor asks for 50 long answers at once',
    async run(world) {
      const first = world.ask('Hello')
      await first.ended
      const noisy = world.many(50, STEADY, { cookie: first.cookie })
      const others = world.many(20, 'Hello')
      const answered = await endsAs('finished', others)
      await Promise.all(noisy.map(({ ended }) => ended))
      assert.equal(noisy.filter(({ end }) => end === 'finished').length, 20)
      return `others: ${answered}; this one: ${told(noisy)}`
    },
  },
]
