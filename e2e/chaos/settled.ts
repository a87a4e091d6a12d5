import { setTimeout as sleep } from 'node:timers/promises'
import { eventually } from '@repo/stores/eventually'
import { metric } from '@repo/telemetry/catalogue'
import type { Asked } from './asked.ts'
import type { Look } from './preload.ts'
import type { Part, World } from './world.ts'

/** Dead processes are noticed after 25 s, and what the database did not take is tried again after up to 15. */
const SETTLED_MS = 60_000
const parts: readonly Part[] = ['api', 'web', 'viewer']
/** What a process may have more than at the beginning: caches, code that was compiled, what the viewer shows. */
const MORE_HEAP_BYTES = { api: 24 * 2 ** 20, web: 48 * 2 ** 20, viewer: 96 * 2 ** 20 }
/** Connections that can be used again are kept for a minute. */
const MORE_RESOURCES = { TCPSocketWrap: 220, other: 60 }
const EXPORTED_MS = 2500

export interface Verdict {
  /** Questions, and of them those that were not let in. */
  readonly asked: number
  readonly refused: Readonly<Record<string, number>>
  /** Of the others, as the database has them. */
  readonly outcomes: Readonly<Record<string, number>>
  /** Whose process died before their first word: a question without an answer, with Retry. */
  readonly unbegun: number
  readonly heapMiB: Readonly<Record<Part, number>>
  /** Sentences; none: all is well. */
  readonly broken: readonly string[]
}

/** What holds whatever has happened, compared with how it was before. */
export class Settled {
  readonly #world: World
  readonly #first = new Map<Part, Look>()
  #turns = 0
  #answers = 0

  constructor(world: World) {
    this.#world = world
  }

  /** Notes how things stand now. */
  async begin(): Promise<void> {
    this.#world.asked = []
    this.#answers = await this.#countAnswers()
    this.#turns = await this.#world.counter(metric.turns.name)
    for (const part of parts) {
      const look = await this.#world.look(part)
      // One that was started anew begins anew.
      if (this.#first.get(part)?.pid !== look.pid) this.#first.set(part, look)
    }
  }

  /** @param kills the API was ended: what it had counted may be gone with it, and questions have no answer */
  async verdict({ kills = false } = {}): Promise<Verdict> {
    const { asked } = this.#world
    const broken: string[] = []
    const isEnded = await Promise.race([
      Promise.all(asked.map(({ ended }) => ended)).then(() => true),
      sleep(SETTLED_MS, false, { ref: false }),
    ])
    if (!isEnded) broken.push('streams do not end')
    await eventually(() => this.#nothingHeld(), 'held', SETTLED_MS).catch(async () => {
      broken.push(`left behind: ${JSON.stringify(await this.#held())}`)
    })
    const { outcomes, unbegun } = await this.#outcomes(asked, broken)
    if (unbegun > 0 && !kills) broken.push(`${unbegun} questions have no answer`)
    broken.push(...(await this.#sums()))
    if (!kills) await this.#counted().catch((error: Error) => broken.push(error.message))
    const heapMiB = await this.#memory(broken)
    if (kills) await sleep(EXPORTED_MS) // the doctor counts, and the new process has counted less
    const ill = await this.#world.doctor()
    if (ill) broken.push(`doctor: ${ill}`)
    const refused = countBy(asked.filter(({ problem, status }) => problem || status === null).map(({ end }) => end))
    return { asked: asked.length, refused, outcomes, unbegun, heapMiB, broken }
  }

  async #held() {
    const [held] = await this.#world.query<{ streaming: number; reservations: number; reserved: string }>(`select
      (select count(*)::int from message where status = 'streaming') as streaming,
      (select count(*)::int from reservation) as reservations,
      (select coalesce(sum(abs(reserved_usd)), 0) from budget) as reserved`)
    return held
  }

  async #nothingHeld(): Promise<boolean> {
    const held = await this.#held()
    return held?.streaming === 0 && held.reservations === 0 && Number(held.reserved) === 0
  }

  async #countAnswers(): Promise<number> {
    const [row] = await this.#world.query<{ count: number }>(
      `select count(*)::int as count from message where role = 'assistant'`,
    )
    return row?.count ?? 0
  }

  /** Each question that was let in has one answer, with one outcome: the one that was told. */
  async #outcomes(asked: readonly Asked[], broken: string[]) {
    interface Row {
      conversation: string
      status: string | null
    }
    const rows = await this.#world.query<Row>(
      `select question.conversation_id as conversation, answer.status from message as question
        left join message as answer on answer.parent_id = question.id
        where question.role = 'user' and question.conversation_id = any($1)`,
      [asked.map(({ conversationId }) => conversationId)],
    )
    const stored = Map.groupBy(rows, ({ conversation }) => conversation)
    const outcomes: string[] = []
    let unbegun = 0
    for (const one of asked) {
      const found = stored.get(one.conversationId) ?? []
      const answers = found.flatMap(({ status }) => status ?? [])
      if (one.problem) {
        if (answers.length > 0) broken.push(`a question that was refused (${one.end}) has an answer`)
      } else if (one.status === 200 && found.length === 0) broken.push('a question that was let in is not stored')
      else if (answers.length > 1) broken.push(`a question has ${answers.length} answers`)
      else if (answers[0]) outcomes.push(answers[0])
      else if (found.length > 0) unbegun++
      if (one.outcome && answers[0] !== one.outcome)
        broken.push(`told as ${one.outcome}, stored as ${answers[0] ?? 'nothing'}`)
    }
    return { outcomes: countBy(outcomes), unbegun }
  }

  /** What was charged is what it cost, and every turn that a living process has ended is counted. */
  async #sums(): Promise<string[]> {
    const [sums] = await this.#world.query<Record<string, string>>(`select
      (select coalesce(sum(spent_usd), 0) from budget where scope = '00000000-0000-0000-0000-000000000000') as everybody,
      (select coalesce(sum(spent_usd), 0) from budget where scope <> '00000000-0000-0000-0000-000000000000') as visitors,
      (select coalesce(sum(cost_usd + estimated_usd), 0) from usage) as cost,
      (select coalesce(sum(turns), 0) from usage) as turns,
      (select count(*) from message where role = 'assistant' and duration_ms is not null) as answers`)
    const { everybody, visitors, cost, turns, answers } = sums ?? {}
    const isExact = Number(everybody) === Number(cost) && Number(visitors) === Number(cost) && turns === answers
    return isExact ? [] : [`the sums differ: ${JSON.stringify(sums)}`]
  }

  /** `chat.turns` has counted as many turns as there are answers. */
  async #counted(): Promise<void> {
    const answers = (await this.#countAnswers()) - this.#answers
    let turns = 0
    const agree = async () => {
      turns = (await this.#world.counter(metric.turns.name)) - this.#turns
      return turns === answers
    }
    await eventually(agree, 'counters').catch(() => {
      throw new Error(`${answers} answers, and ${metric.turns.name} counts ${turns}`)
    })
  }

  async #memory(broken: string[]): Promise<Record<Part, number>> {
    const heaps: Partial<Record<Part, number>> = {}
    for (const part of parts) {
      const now = await this.#world.look(part)
      const first = this.#first.get(part)
      heaps[part] = Math.round(now.heapBytes / 2 ** 20)
      if (first?.pid !== now.pid) continue
      const more = now.heapBytes - first.heapBytes
      if (more > MORE_HEAP_BYTES[part]) broken.push(`${part} has grown by ${Math.round(more / 2 ** 20)} MiB`)
      for (const [kind, count] of Object.entries(now.resources))
        if (count - (first.resources[kind] ?? 0) > mostMore(kind)) broken.push(`${part} has ${count} x ${kind}`)
    }
    return heaps as Record<Part, number>
  }
}

export function countBy(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]))
}

const mostMore = (kind: string) => MORE_RESOURCES[kind === 'TCPSocketWrap' ? kind : 'other']
