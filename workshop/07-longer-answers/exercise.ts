import { chosen, type Exercise, numberIn, right, wrong } from '../src/exercise.ts'

/** Times. */
export const factors = [2, 3, 4]
const prompts = [
  'What is OTLP?',
  'How can I lower the cost of LLM calls?',
  'List five signs that an LLM feature is unhealthy.',
]
const BEFORE_MS = 40_000

export const longerAnswers: Exercise = {
  number: 7,
  folder: '07-longer-answers',
  title: 'A small change of the prompt',
  places: ['stack', 'viewer'],
  question:
    'Somebody has added one friendly sentence to the system prompt. Answers take longer since, and cost more. How many times as long are they, in tokens?',
  answer: 'a number of times, e.g. 1.5',
  broken: (seed) => ({ traffic: ['--prompts', prompts.join('|')], mock: { longer: chosen(seed, factors) } }),

  async check(answer, evidence, since) {
    const given = numberIn(answer)
    if (given === null) return wrong('A number, e.g. 1.5.')
    const [before, now] = await Promise.all([
      evidence.figures(since - BEFORE_MS, since),
      evidence.figures(since + 10_000, Date.now()),
    ])
    if (before.calls < 5 || now.calls < 5) return wrong('There are too few answers to compare so far. Wait a moment.')
    const length = ({ outputTokens, calls }: typeof now) => outputTokens / calls
    const times = length(now) / length(before)
    if (Math.abs(given - times) > 0.3 * times)
      return wrong(
        `${given} times is too ${given < times ? 'little' : 'much'}. Divide output tokens by calls: once before the change, once after it.`,
      )
    return right(
      `${length(before).toFixed(0)} tokens an answer before, ${length(now).toFixed(0)} since: ${times.toFixed(1)} times as many.`,
    )
  },
}
