import { createHash, randomUUID } from 'node:crypto'
import type { ApprovalDescriptor, Decided } from '@repo/contract/approval'
import { approvalAsked, approvalDecided } from '@repo/telemetry/approval'
import type { Approvals } from '../../db/approvals/approvals.ts'
import type { Tool, ToolCall, TurnOfCall } from '../../extension-points/tools.ts'
import { placeOf } from '../../plugins/log-options.ts'

/** How often a process looks by itself: a notification can be missed while its connection is made anew. */
const LOOK_MS = 5000

interface WaitingCall {
  readonly turn: TurnOfCall
  readonly decided: (decision: Decided | 'withdrawn') => void
}

/** What the model is told of a call that did not run. */
const refusals = {
  denied: 'The person did not allow this call. Do not make it again unless they ask for it.',
  expired: 'Nobody said in time whether this call is allowed, so it was not made.',
}

/** The calls in turns of this process that wait for a person. */
export class WaitingCalls {
  readonly #approvals: Approvals
  readonly #patienceMs: number
  readonly #waiting = new Map<string, WaitingCall>()

  constructor(approvals: Approvals, patienceMs: number) {
    this.#approvals = approvals
    this.#patienceMs = patienceMs
  }

  /** As `Approve`. The request is part of the answer: whoever reads or rejoins it is asked. */
  async ask(tool: Tool, call: ToolCall, turn: TurnOfCall): Promise<boolean> {
    // It fails at once.
    if (typeof call.input !== 'object' || call.input === null || Array.isArray(call.input)) return true
    const { conversationId, log } = turn
    const id = randomUUID()
    const expiresAt = new Date(Date.now() + this.#patienceMs)
    const asked = { id, conversationId, tool: tool.name, definition: definitionOf(tool), expiresAt }
    approvalAsked(tool.name)
    const remembered = await this.#approvals.ask(asked).catch((error) => {
      log.error(placeOf(error), 'nobody could be asked about a call of %s', tool.name)
    })
    if (remembered === undefined) {
      const errorText = 'The person could not be asked whether this call is allowed.'
      turn.tell({ type: 'tool-output-error', toolCallId: call.id, errorText, dynamic: true })
      return false
    }
    turn.tell({
      type: 'tool-approval-request',
      approvalId: id,
      toolCallId: call.id,
      approvalDescriptor: {
        server: tool.server ?? null,
        description: tool.description,
        destructive: tool.destructive ?? false,
        expiresAt: expiresAt.toISOString(),
      } satisfies ApprovalDescriptor,
      ...(remembered && { isAutomatic: true }),
    })
    const decision = remembered ?? (await this.#decision(id, turn))
    if (decision === 'withdrawn') return false
    approvalDecided(tool.name, decision)
    log.info('a call of %s was decided: %s', tool.name, decision)
    const refusal = decision === 'denied' || decision === 'expired' ? refusals[decision] : undefined
    turn.tell({
      type: 'tool-approval-response',
      approvalId: id,
      approved: !refusal,
      ...(refusal && { reason: refusal }),
      providerMetadata: { chat: { decision } },
    })
    if (refusal) turn.tell({ type: 'tool-output-denied', toolCallId: call.id })
    return !refusal
  }

  /** Something was decided in this conversation, by whichever process had the request. */
  async look(conversationId: string): Promise<void> {
    const ids = [...this.#waiting].flatMap(([id, { turn }]) => (turn.conversationId === conversationId ? [id] : []))
    if (ids.length === 0) return
    for (const { id, decision } of await this.#approvals.look(ids)) {
      const call = this.#waiting.get(id)
      // Written first: who denies it in this moment is not to be told that it was denied.
      if (decision === 'remembered') call?.decided((await this.#approvals.settle(id, decision)) as Decided)
      else if (decision) call?.decided(decision)
    }
  }

  /** Waits: the clocks of the model and of the tool stand still, the turn's phase is `approval`. */
  async #decision(id: string, turn: TurnOfCall): Promise<Decided | 'withdrawn'> {
    const { promise, resolve } = Promise.withResolvers<Decided | 'withdrawn'>()
    const settle = (decision: 'expired' | 'withdrawn') =>
      this.#approvals.settle(id, decision).catch(() => decision) as Promise<Decided | 'withdrawn'>
    const withdraw = () => resolve(settle('withdrawn'))
    this.#waiting.set(id, { turn, decided: resolve })
    turn.enter('approval')
    const looking = setInterval(() => void this.look(turn.conversationId).catch(() => {}), LOOK_MS)
    const patience = setTimeout(() => resolve(settle('expired')), this.#patienceMs)
    if (turn.signal.aborted) withdraw()
    turn.signal.addEventListener('abort', withdraw, { once: true })
    const decision = await promise
    turn.signal.removeEventListener('abort', withdraw)
    clearInterval(looking)
    clearTimeout(patience)
    this.#waiting.delete(id)
    const asked = [...this.#waiting.values()].some((other) => other.turn === turn)
    if (!asked && decision !== 'withdrawn') turn.enter('tool')
    return decision
  }
}

/** A server that changes what its tool says of itself is not to have what was allowed to another one. */
function definitionOf({ server, name, title, description, inputSchema }: Tool): string {
  return createHash('sha256')
    .update(JSON.stringify([server, name, title, description, inputSchema]))
    .digest('base64url')
}
