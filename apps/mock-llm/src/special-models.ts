import { type Answer, answerTo, fallback } from './answers.ts'
import { faultModels, type SpecialModel, toolModels } from './models.ts'
import type { ToolUse } from './tool-use.ts'
import { charsPerToken } from './usage.ts'

interface Special {
  /** What the model says if the prompt has no answer of its own. */
  readonly says: string
  /** The share of the answer that is sent, 1 if absent. */
  readonly share?: number
  /** Milliseconds to the first chunk, and tokens per second, if not the answer's own. */
  readonly ttft?: number
  readonly tps?: number
  readonly finishReason?: 'length' | 'content_filter'
  readonly tool?: ToolUse
  readonly error?: { readonly status: number; readonly message: string; readonly retryAfter?: number }
  /** Only every first attempt fails. */
  readonly once?: boolean
}

const rateLimit = { status: 429, message: 'Rate limit reached on the mock provider. Retry after 1 s.', retryAfter: 1 }

const partial =
  'This answer comes from the mock model and will not reach its end, on purpose. What you have read so far is kept, ' +
  'and the line below it says what happened. Open the trace to see the moment at which the provider'

export const specials: Record<SpecialModel, Special> = {
  'mock-slow': {
    ttft: 6000,
    says:
      'That took about six seconds to begin, because you asked for `mock-slow`. In the trace, nearly all of the time ' +
      'lies before the first chunk: the network was idle and the model was "thinking". Time to first token is what ' +
      'people feel; total latency hides it.',
  },
  'mock-cut': { says: partial, share: 0.6 },
  'mock-stall': { says: partial, share: 0.6 },
  'mock-429': { says: '', error: rateLimit },
  'mock-429-once': {
    error: rateLimit,
    once: true,
    says:
      'The first attempt was refused with `429 Too Many Requests` and `Retry-After: 1`; this is the second. The trace ' +
      'shows both HTTP spans under one model call, with the pause between them.',
  },
  'mock-500': { says: '', error: { status: 500, message: 'The mock provider failed on purpose (mock-500).' } },
  'mock-error': { says: partial, share: 0.6 },
  'mock-empty': { says: '', share: 0 },
  'mock-no-usage': {
    says:
      'A good answer whose tokens nobody knows: `mock-no-usage` never sends the usage chunk. Tokens and cost below ' +
      'this answer read "unknown", not 0, and the inference is counted as unmetered.',
  },
  'mock-length': { says: partial, share: 0.6, finishReason: 'length' },
  'mock-filter': { says: partial, share: 0.6, finishReason: 'content_filter' },
  'mock-early-close': { says: partial, share: 0.6 },
  'mock-tool-error': {
    says: 'Without tools there is nothing that could fail here: start the API with `LLM_TOOLS=true`.',
    tool: {
      name: 'calculator',
      input: '{"expression": "12 divided by"',
      answer: (output) =>
        `The calculator could not read what I sent it, on purpose, and said so: "${output}" A failing tool is an answer to the model, not the end of the turn.`,
    },
  },
  'mock-tools-loop': {
    says: 'Without tools there is nothing to call for ever: start the API with `LLM_TOOLS=true`.',
    tool: { name: 'calculator', input: '{"expression":"1 + 1"}', answer: () => '', forever: true },
  },
  'mock-long': { says: longAnswer(5000), ttft: 400, tps: 250 },
  'mock-echo': { says: '' },
}

/** Deterministic markdown of exactly so many tokens. */
function longAnswer(tokens: number): string {
  let text = '# A long answer of exactly five thousand tokens\n'
  for (let section = 1; text.length < tokens * charsPerToken; section++) {
    text += `\n## Section ${section}\n\nThis paragraph is filler with a purpose: it makes the answer long enough to see whether the page stays smooth while it grows.\n\n- Item **${section}.1** has bold text and \`code\`.\n- Item *${section}.2* has emphasis.\n\n\`\`\`ts\nexport const section${section} = ${section} * ${section} // ${section * section}\n\`\`\`\n`
  }
  return text.slice(0, tokens * charsPerToken)
}

/** The first special model id that stands in a prompt as a word of its own. */
export function specialIn(prompt: string): SpecialModel | undefined {
  const words = prompt.toLowerCase().match(/mock-[a-z0-9]+(?:-[a-z0-9]+)*/g)
  return words?.find((word): word is SpecialModel => word in specials)
}

/** The answer of a special model: a known prompt's own, or the text that explains the model, as far as it is sent. */
export function specialAnswer(model: SpecialModel, prompt: string): Answer {
  const known = answerTo(prompt)
  const full = known === fallback || model === 'mock-long' ? specials[model].says : known.content
  const content = model === 'mock-echo' ? prompt.replace(/^\s*mock-echo:?\s*/i, '') : full
  const { tool } = specials[model]
  return {
    ...known,
    ...(tool && { tool }),
    content: content.slice(0, Math.round(content.length * (specials[model].share ?? 1))),
  }
}

export const specialIds: readonly SpecialModel[] = [...faultModels, ...toolModels]
