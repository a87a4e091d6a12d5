import type { Ended } from '../chat/admission.ts'
import type { StoredPart } from '../db/stored-parts.ts'
import type { WorstCase } from './worst-case.ts'

/**
 * Tokens a second that a model may think unseen before its first word: faster than the hosted models that hide their
 * thoughts are (60 to 250). An assumption, so what it goes into is an estimate and not a bound.
 */
const UNSEEN_TOKENS_PER_SECOND = 300

/**
 * What each model call of a turn is charged, in USD: what it cost, and where nobody knows that (stopped, cut off, no usage
 * told) what its prompt can cost and what came of its answer, every byte taken for a token, with what may have been
 * thought before. A call that failed before anything came back costs nothing. Never more than was reserved: a figure may
 * be nonsense.
 *
 * @param bounds of each call, as reserved
 */
export function chargesOf(
  { outcome, modelCalls, parts, durationMs }: Ended,
  bounds: readonly number[],
  worst: WorstCase,
) {
  const said = modelCalls.some(({ cost }) => !cost) ? saidBytes(parts()) : []
  return modelCalls.map(({ cost, ttftMs }, i) => {
    const bound = bounds[i] ?? 0
    if (cost) return Math.min(cost.usd, bound || Number.POSITIVE_INFINITY)
    if (outcome === 'failed' && ttftMs === null) return 0
    const thought = ((ttftMs ?? durationMs) / 1000) * UNSEEN_TOKENS_PER_SECOND
    const unsaid = Math.max(0, worst.answerTokens - Math.ceil((said[i] ?? 0) + thought))
    return Math.max(0, bound - unsaid * worst.perAnswerToken)
  })
}

/** How many bytes the model said in each step: text, thoughts, and the calls of tools. */
function saidBytes(parts: readonly StoredPart[]): number[] {
  const steps = [0]
  for (const part of parts) {
    if (part.type === 'step-start') steps.push(0)
    const said =
      part.type === 'text' || part.type === 'reasoning'
        ? part.text
        : part.type === 'dynamic-tool'
          ? `${part.toolName}${JSON.stringify(part.input ?? '')}`
          : ''
    steps[steps.length - 1] = (steps.at(-1) ?? 0) + Buffer.byteLength(said)
  }
  return steps
}
