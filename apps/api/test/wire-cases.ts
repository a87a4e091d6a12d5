import { errorType } from '@repo/telemetry/catalogue'

/** What has to come of a wire. */
export interface WireCase {
  readonly outcome?: string
  readonly error?: string
  /** Of a long one its length. */
  readonly text?: string | number
  readonly thoughts?: string
  /** Input, output, cached, reasoning; null: unknown. */
  readonly usage?: readonly [number, number, (number | null)?, (number | null)?] | null
  /** USD, where it does not follow from the usage. */
  readonly usd?: number | null
  /** Of the budget: what the answer cost, an estimate within what was reserved for it, or nothing. */
  readonly bill?: 'cost' | 'estimate' | 'nothing'
  readonly finishReason?: string | null
  /** Name and input of each call. */
  readonly calls?: readonly string[]
  readonly sources?: readonly string[]
  readonly attempts?: number
  /** One of its own, where what is learned of it would change other wires. */
  readonly model?: 'thinking'
}

export const failed = (error: string, more: WireCase = {}): WireCase => ({
  ...{ outcome: 'failed', error, text: '', usage: null, bill: 'nothing', finishReason: null },
  ...more,
})
/** Something was read: the provider may charge it. */
export const broken = (error: string, outcome = 'failed', text: string | number = 'Half an'): WireCase =>
  failed(error, { outcome, text, bill: 'estimate' })
export const twice = { attempts: 2 }
const sum = '{"expression":"1+1"}'
export const call = `calculator ${sum}`
/** Of a call, and of the answer to its result. */
export const withCalls = (...calls: string[]): WireCase => ({ calls, usage: [20, 10] })
/** Recorded with a limit of 100 or 120 tokens, and replayed with another. */
const atLimit = (text: number, usage: WireCase['usage'], more: WireCase = {}): WireCase => ({
  ...{ outcome: 'truncated', error: errorType.contextFull, finishReason: 'length', text, usage: usage ?? null },
  ...more,
})
const seventeen = 'calculator {"expression":"17*23"}'

/** By the name of the file, features' wires apart; what is not said is a whole answer: `Whole answer.`, 10 tokens in, 5 out, at its price. */
export const wireCases: Readonly<Record<string, WireCase>> = {
  'done-stays-open': {},
  'done-then-garbage': {},
  'finish-stays-open': {},
  'finish-then-reset': {},
  'finish-then-error': {},
  'finish-then-broken-frame': {},
  'no-done': {},
  'done-with-blanks': {},
  'azure-async-filter-last': {},
  'azure-async-filter-first': {},
  'delta-null': {},
  'choices-null': {},
  'function-null': withCalls(call),
  'azure-empty-names': {},
  'keep-alive-frames': {},
  'ping-events': {},
  'comments-before-content': {},
  'empty-content-while-it-thinks': {},
  'silent-before-content': {},
  'comments-for-ever': failed(errorType.idleTimeout, { text: 'Whole ', bill: 'estimate' }),

  'sign-in-page': failed(errorType.notAnApi),
  'plain-text-200': failed(errorType.notAnApi),
  'error-as-field-after-text': broken(errorType.stream),
  'error-without-data': failed(errorType.stream, twice),
  'error-without-data-after-text': broken(errorType.stream),
  'event-error': failed(errorType.stream, twice),
  'event-error-after-text': broken(errorType.stream),
  'event-error-text': failed(errorType.stream, twice),
  'error-array': failed(errorType.stream, twice),
  'error-with-choices': broken(errorType.stream),
  'finish-reason-error': broken(errorType.stream),
  'empty-body': failed(errorType.noContent, twice),
  'only-role': failed(errorType.noContent, twice),
  'only-keep-alives': failed(errorType.noContent, twice),
  'done-only': failed(errorType.noContent, twice),

  'one-read-then-error': failed(errorType.stream, { text: 'One two three', bill: 'estimate' }),
  'one-read-then-broken': {},
  'broken-frame': broken(errorType.stream),
  'cut-in-frame': broken(errorType.noFinishReason, 'truncated'),
  'cut-no-finish': broken(errorType.noFinishReason, 'truncated'),
  reset: broken(errorType.connection, 'truncated'),
  'missing-blank-lines': {},
  'cr-only': {},
  'crlf-bom': {},
  'bytes-torn': { text: 'Whole answer 👍.' },
  'no-space-after-data': {},
  ndjson: {},
  'multi-line-data': {},
  'control-characters': { text: 'Whole\tanswer.' },
  'nul-and-halves': { text: 'AB 👍 �!' },
  'no-trailing-newline': {},
  'length-in-one-line': { text: 'x'.repeat(60_000) },
  gzip: {},
  'several-in-a-line': {},
  'status-messages': {},

  'reasoning-field': { thoughts: 'Hm.' },
  'reasoning-details': { thoughts: 'Hm.' },
  'thinking-blocks': { thoughts: 'Hm.' },

  'calls-one-id': withCalls(call, 'calculator {"expression":"2+2"}'),
  'calls-no-id': withCalls(call, 'current_time {}'),
  'calls-name-in-pieces': withCalls(call),

  'all-spent-thinking': {
    ...{ outcome: 'truncated', error: errorType.spentThinking, text: '', finishReason: 'length' },
    usage: [10, 4096, null, 4096],
  },
  'window-full': {
    ...{ outcome: 'truncated', error: errorType.contextFull, text: 'Half an', finishReason: 'length' },
    usage: [419, 93],
  },
  'limit-reached': {
    ...{ outcome: 'truncated', error: errorType.length, text: 'Half an', finishReason: 'length' },
    usage: [10, 4096],
  },

  'usage-fractions': { usage: [2, 37] },
  'usage-negative': { usage: null, bill: 'estimate' },
  'usage-huge': { usage: null, bill: 'estimate' },
  'usage-zeros': { usage: null, bill: 'estimate' },
  'usage-words': {},
  'usage-every-chunk': {},
  'usage-twice': {},
  'usage-halves': {},
  'usage-anthropic': { usage: [10, 5, 8] },
  'cost-huge': {},
  'cost-beyond-reservation': { usd: 3, bill: 'estimate' },
  'cost-openrouter': { usd: 0.0002 },

  'content-filter-finish': {
    ...{ outcome: 'truncated', error: errorType.contentFilter, text: 'Half an', finishReason: 'content_filter' },
  },

  refusal: { text: 'I cannot help with that.', finishReason: 'refusal' },
  'finish-unknown': { finishReason: 'because_i_say_so' },
  'finish-eos': {},
  'finish-long': { finishReason: 'x'.repeat(64) },
  'finish-object': {},
  // A service tier that no price is known of.
  'names-long': { usd: null, bill: 'estimate' },
  'names-objects': { usd: null, bill: 'estimate' },

  'data-upper-case': {},
  'json-in-a-string': {},
  'calls-empty-object-inside': withCalls('calculator {"note":"a {} b","expression":"1+1"}'),
  'usage-camel': {},
  'usage-total': {},
  'error-as-text-after-text': broken(errorType.stream),
  'page-after-text': broken(errorType.stream),

  'thinking-blocks-again': { thoughts: 'Hm.' },
  'content-blocks-beside': {},

  'calls-index-missing': withCalls(call, 'current_time {}'),
  'calls-index-null': withCalls(call),
  'calls-index-from-one': withCalls(call, 'current_time {}'),
  'calls-index-grows': withCalls(call),
  'calls-ids-in-turn': withCalls(call, 'current_time {}'),
  'calls-name-last': withCalls(call),
  'calls-arguments-twice-encoded': withCalls(call),
  'calls-cut': {
    ...{ outcome: 'truncated', error: errorType.contextFull, text: '', finishReason: 'length' },
    calls: ['calculator undefined'],
  },
  'calls-one-id-one-index': withCalls(call, 'calculator {"expression":"2+2"}'),
  'calls-of-nothing': {},
  'calls-finish-stop': withCalls(call),
  'calls-no-finish': withCalls(call),
  'calls-finish-twice': withCalls(call),

  'usage-zeros-last': {},
  'finish-camel': {},
  'finish-dashes': {
    ...{ outcome: 'truncated', error: errorType.contentFilter, finishReason: 'content_filter' },
  },
  'finish-enumeration': {},
  'finish-max-new-tokens': { outcome: 'truncated', error: errorType.contextFull, finishReason: 'length' },
  'finish-input-filter': { outcome: 'truncated', error: errorType.contentFilter, finishReason: 'content_filter' },
  'finish-stop-word': {},
  'finish-matched': {},

  'byte-order-marks': {},
  'json-sequence': { usage: [10, 5] },
  'json-list': {},
  'blank-before-data': {},
  'blank-before-colon': {},
  'python-bytes': {},
  'done-small': {},
  'event-done': {},
  'comma-in-chunk': {},
  'python-chunk': {},
  'undefined-in-chunk': {},
  'escape-that-is-none': { text: "It's whole." },
  'next-line': { text: 'Whole\u0085answer.' },

  'error-in-choice': failed(errorType.stream, twice),
  'error-of-nothing': {},
  'page-without-doctype': failed(errorType.notAnApi),

  'recorded-litellm-backend-killed': broken(errorType.stream, 'failed', 39),
  'recorded-litellm-llamacpp-tool': { calls: [seventeen], usage: [984, 42] },
  'recorded-litellm-mock-cut': broken(errorType.stream, 'failed', 118),
  'recorded-litellm-mock-error': broken(errorType.stream, 'failed', 118),
  'recorded-litellm-mock-tool-error': {
    ...{ calls: ['calculator "{\\"expression\\": \\"12 divided by\\""'], usage: [15, 13] },
    usd: 0.00001725 + 20 / 1e6,
  },
  'recorded-litellm-ollama-tool': failed('400', { attempts: 0 }),
  'recorded-llamacpp-400-alternate': failed('400', { attempts: 0 }),
  'recorded-llamacpp-cached': { text: ' Paris.', usage: [93, 5, 88] },
  'recorded-llamacpp-gemma3-plain': atLimit(428, [32, 100, 0]),
  'recorded-llamacpp-gptoss-stream-error': failed(errorType.stream, twice),
  'recorded-llamacpp-qwen25-one-tool': atLimit(0, [395, 80, 0], { calls: Array(3).fill('calculator undefined') }),
  'recorded-llamacpp-reasoning': atLimit(194, [343, 120, 0], { thoughts: 'I multiply: 17*23 is 28.\n' }),
  // It does not count, whatever is asked for.
  'recorded-llamacpppython-plain': {
    ...{ outcome: 'truncated', error: errorType.length, finishReason: 'length', text: 406 },
    ...{ usage: null, bill: 'estimate' },
  },
  'recorded-ollama-plain': atLimit(445, [36, 100]),
  'recorded-ollama-reasoning': { text: 21, thoughts: 'I multiply: 17*23 is 36.\n', usage: [372, 37] },
  'recorded-ollama-runner-killed': broken(errorType.noFinishReason, 'truncated', 307),
  'recorded-ollama-tools-tool': { calls: [seventeen], usage: [988, 41] },
  'recorded-portkey-llamacpp-tool': { calls: [seventeen], usage: [984, 42] },
}
