import { randomUUID } from 'node:crypto'
import type { UsageReport } from '@repo/contract/usage'
import { attribute } from '@repo/telemetry/catalogue'
import { instruments } from '@repo/telemetry/instruments'
import type { FastifyBaseLogger } from 'fastify'
import type { Admission, Admissions, Candidate, Ended, Settlement } from '../chat/admission.ts'
import type { Config } from '../config.ts'
import type { BudgetState, Budgets, Refused } from '../db/budgets.ts'
import { isDatabaseUnavailable } from '../db/database.ts'
import { keptWrite } from '../db/kept-write.ts'
import { ProblemError } from '../plugins/problems.ts'
import type { Models, ServedModel } from '../provider/models.ts'
import { chargesOf } from './charge.ts'
import { type LimitsOf, limitsWith } from './personal-limits.ts'
import { type PromptSize, promptSize, questionSize } from './prompt-size.ts'
import { budgetWarnings, type WorstCase, worstCaseOf } from './worst-case.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 3600_000
/** Running answers end within about that time, and then give back what they hold. */
const RESERVED_RETRY_SECONDS = 30

const BLOCKED = 'Your account may not ask here at the moment. Ask whoever runs this chat.'

/** Nothing is known of its price, so nothing is held. */
const FREE: WorstCase = { perPromptByte: 0, perImageToken: 0, perAnswerToken: 0, answerTokens: 0, answer: 0 }

/** Rate and budgets: checked and reserved before the provider is called, settled when the turn has ended. */
export class Limits implements Admissions {
  readonly #budgets: Budgets
  readonly #config: Config
  readonly #models: Models
  readonly #limitsOf: LimitsOf
  readonly #instructions: () => string
  readonly #log: FastifyBaseLogger

  /**
   * @param limitsOf what differs for a visitor
   * @param instructions that go with every question
   */
  constructor(
    budgets: Budgets,
    config: Config,
    models: Models,
    limitsOf: LimitsOf,
    instructions: () => string,
    log: FastifyBaseLogger,
  ) {
    this.#budgets = budgets
    this.#config = config
    this.#models = models
    this.#limitsOf = limitsOf
    this.#instructions = instructions
    this.#log = log
  }

  /** What to tell at start of budgets that refuse everything, or hold back nothing. */
  warnings(): string[] {
    const { limits, llm } = this.#config
    const budgets = { DAILY_BUDGET_USD: limits.dailyUsd, DAILY_BUDGET_USD_PER_VISITOR: limits.dailyUsdPerVisitor }
    return budgetWarnings(budgets, llm.models, (id) => this.#worstCaseOf([this.#models.get(id)]))
  }

  /** @throws {ProblemError} 429, with the time to come back; 403 for who is blocked */
  async admit(candidate: Candidate): Promise<Admission> {
    const { visitorId, model, tools, ...question } = candidate
    const own = await this.#limitsOf(visitorId)
    if (own?.isBlocked) throw new ProblemError(403, 'account-blocked', BLOCKED)
    const limits = limitsWith(this.#config.limits, own)
    const { perMinute, dailyUsd, dailyUsdPerVisitor } = limits
    const { maxContextMessages } = this.#config
    const worst = this.#worstCaseOf(this.#models.chain(model)) ?? FREE
    const turnId = dailyUsd === null && dailyUsdPerVisitor === null ? null : randomUUID()
    const callOf = ({ bytes, imageTokens }: PromptSize) =>
      worst.answer + bytes * worst.perPromptByte + imageTokens * worst.perImageToken
    const { perPromptByte: perContextByte, perImageToken } = worst
    const bound = {
      perContextByte,
      perImageToken,
      fixed: callOf(questionSize(question.parts, tools, this.#instructions())),
    }
    const request = { ...question, visitorId, maxContextMessages, dailyUsdPerVisitor, turnId, bound }

    const admit = (perMinute: number) =>
      this.#budgets.admit({ ...request, perMinute }).catch((error) => {
        // It may have been let in all the same, and the answer of the database was lost.
        if (turnId && isDatabaseUnavailable(error)) {
          void keptWrite('that a question was not asked', () => this.#budgets.release(turnId), this.#log)
        }
        throw error
      })
    let admitted = await admit(perMinute)
    // The rate has counted the question already; it is not to count it again.
    if (admitted.refused && admitted.refused !== 'rate' && (await this.#budgets.releaseAbandoned()) > 0)
      admitted = await admit(Number.POSITIVE_INFINITY)
    if (admitted.refused) throw await this.#refusal(visitorId, limits, admitted)

    const { day, context, known } = admitted
    const bounds = [admitted.boundUsd]
    const chargesOfTurn = (ended: Ended) => chargesOf(ended, bounds, worst)
    return {
      context,
      known,
      extend: async (messages, tools) => {
        const usd = callOf(promptSize(messages, tools))
        const fits = turnId === null || (await this.#budgets.extend(turnId, visitorId, day, usd, dailyUsdPerVisitor))
        if (fits) bounds.push(usd)
        return fits
      },
      estimate: (ended) => sum(chargesOfTurn(ended)) || null,
      settle: (settlement, answer) =>
        this.#budgets.settle({ ...billOf(settlement, chargesOfTurn(settlement)), turnId, day, visitorId }, answer),
      release: async () => {
        if (turnId) await this.#budgets.release(turnId)
      },
    }
  }

  /** The limits as they stand for a visitor, or for somebody who has not asked anything yet. */
  async report(visitorId: string | null): Promise<UsageReport['limits']> {
    const [used, today, own] = await Promise.all([
      visitorId ? this.#budgets.rateMs(visitorId) : 0,
      this.#budgets.today(visitorId),
      visitorId ? this.#limitsOf(visitorId) : null,
    ])
    const { perMinute, dailyUsd, dailyUsdPerVisitor } = limitsWith(this.#config.limits, own)
    const interval = MINUTE_MS / perMinute
    const remaining = Math.min(perMinute, Math.floor((MINUTE_MS - used) / interval + 0.001))
    const waitMs = used + interval - MINUTE_MS
    const budget = (limitUsd: number | null, state: BudgetState) =>
      limitUsd === null ? null : { limitUsd, ...state, resetsAt: new Date(nextMidnight()).toISOString() }
    return {
      rate: { perMinute, remaining, resetsAt: remaining > 0 ? null : new Date(Date.now() + waitMs).toISOString() },
      budget: budget(dailyUsd, today.everybody),
      visitorBudget: budget(dailyUsdPerVisitor, today.visitor),
      maxMessageChars: this.#config.maxMessageChars,
    }
  }

  /**
   * Observes `chat.budget.limit` and `chat.budget.spent` until the returned function is called.
   */
  observe(): () => void {
    const { budgetLimit, budgetSpent } = instruments()
    const { dailyUsd } = this.#config.limits
    const limit = (result: { observe(value: number): void }) => {
      if (dailyUsd !== null) result.observe(dailyUsd)
    }
    const spent = async (result: { observe(value: number): void }) => {
      const today = await this.#budgets.today(null).catch(() => null) // a gap says that the database is away
      if (today) result.observe(today.everybody.spentUsd)
    }
    budgetLimit.addCallback(limit)
    budgetSpent.addCallback(spent)
    return () => {
      budgetLimit.removeCallback(limit)
      budgetSpent.removeCallback(spent)
    }
  }

  /** Of the dearest of them, whichever will answer; null where no price is known. */
  #worstCaseOf(models: readonly ServedModel[]): WorstCase | null {
    const cases = models.flatMap(
      ({ prices, server, name }) => worstCaseOf(prices, server.provider, name, this.#config.llm.maxOutputTokens) ?? [],
    )
    if (cases.length === 0) return null
    const most = (of: keyof WorstCase) => Math.max(...cases.map((one) => one[of]))
    return {
      perPromptByte: most('perPromptByte'),
      perImageToken: most('perImageToken'),
      perAnswerToken: most('perAnswerToken'),
      answerTokens: most('answerTokens'),
      answer: most('answer'),
    }
  }

  async #refusal(
    visitorId: string,
    limits: Config['limits'],
    { refused, waitMs, usd }: Refused,
  ): Promise<ProblemError> {
    instruments().rejections.add(1, { [attribute.rejectionReason]: refused })
    const { perMinute, dailyUsd, dailyUsdPerVisitor } = limits
    if (refused === 'rate') {
      const seconds = Math.max(1, Math.ceil(waitMs / 1000))
      const detail = `You can ask ${perMinute} questions a minute. Ask again in ${people(seconds)}.`
      return new ProblemError(429, 'rate-limited', detail, seconds)
    }
    const today = await this.#budgets.today(visitorId)
    const own = refused === 'visitor_budget'
    const name = own ? 'visitor-budget-spent' : 'budget-spent'
    const whose = own ? 'Your budget for today' : "Today's budget of all visitors together"
    const { spentUsd } = own ? today.visitor : today.everybody
    const limit = (own ? dailyUsdPerVisitor : dailyUsd) ?? 0
    if (spentUsd < limit && spentUsd + usd <= limit) {
      const detail = `${whose} is held for answers that are being written now. Ask again in ${people(RESERVED_RETRY_SECONDS)}.`
      return new ProblemError(429, name, detail, RESERVED_RETRY_SECONDS)
    }
    const seconds = Math.ceil((nextMidnight() - Date.now()) / 1000)
    const state = spentUsd < limit ? 'may not be enough for another answer' : 'is spent'
    return new ProblemError(
      429,
      name,
      `${whose} ${state}. It begins anew in ${people(seconds)}, at 00:00 UTC.`,
      seconds,
    )
  }
}

/** @param charges of each call */
function billOf({ model, usage, costUsd, modelCalls }: Settlement, charges: readonly number[]) {
  return {
    model,
    inputTokens: sum(modelCalls.map((call) => call.usage?.inputTokens)),
    outputTokens: sum(modelCalls.map((call) => call.usage?.outputTokens)),
    cachedInputTokens: sum(modelCalls.map((call) => call.usage?.cachedInputTokens)),
    reasoningTokens: sum(modelCalls.map((call) => call.usage?.reasoningTokens)),
    costUsd: sum(modelCalls.map((call) => call.cost?.usd)),
    estimatedUsd: sum(charges.filter((_, i) => !modelCalls[i]?.cost)),
    chargedUsd: sum(charges),
    unmetered: usage === null,
    unpriced: usage !== null && costUsd === null,
  }
}

function sum(values: readonly (number | null | undefined)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0)
}

/** Milliseconds since the epoch, UTC. */
function nextMidnight(): number {
  return (Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS
}

function people(seconds: number): string {
  const [amount, unit] =
    seconds < 120
      ? [seconds, 'second']
      : seconds < 7200
        ? [Math.ceil(seconds / 60), 'minute']
        : [Math.ceil(seconds / 3600), 'hour']
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}
