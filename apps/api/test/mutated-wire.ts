import { readWire, type Wire, wireNames } from './wire-provider.ts'

type Random = () => number

/** Numbers from 0 to 1, the same for each seed (mulberry32). */
function randomOf(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T

// Not those that take their time: it is their content that is mutated.
const bases = wireNames.filter((name) => {
  const wire = readWire(name)
  return !wire.pauseMs && wire.times === undefined && wire.body.length < 20_000 && !wire.headers['content-encoding']
})

/** Values of any type, as JSON: some that JSON does not have. */
const junk = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1.5',
    '1e308',
    '-1e12',
    'NaN',
    '9007199254740993',
    '""',
    '"stop"',
    '"error"',
  ],
  ...['"12"', '"\\u0000"', '"\\ud83d"', '"<think>"', '"</think>"', '[]', '{}', '[[]]', '[null]', '{"":null}'],
  ...[
    '{"content":"x"}',
    '[{"type":"text","text":"y"}]',
    '"x\\u0000y"',
    `"${'z'.repeat(5000)}"`,
    '{"__proto__":{"a":1}}',
  ],
]
const lines = [
  ...[': comment', 'data:', 'data: [DONE]', 'data: ping', 'data: {', 'data: }', 'data: []', 'data: [[{}]]', '', '\r'],
  ...['event: error', 'id: 1', 'retry: 5', '<html>', 'error: {"message":"x"}', '{"error":"x"}', 'data: {"error":{}}'],
  ...['data: {"choices":[{"index":1,"delta":{"content":"second"}}]}', 'data: {"choices":[null]}', 'data: "x"'],
  'data: {"usage":{"prompt_tokens":1e300,"completion_tokens":{"a":1},"total_tokens":"-5","cost":-1}}',
  'data: {"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"name":"calculator","arguments":"{"}}]}}]}',
]

const mutations: readonly ((text: string, random: Random) => string)[] = [
  // Cut.
  (text, random) => text.slice(0, Math.floor(random() * text.length)),
  // Reordered, repeated, left out, added.
  (text, random) => {
    const all = text.split('\n')
    const [from, to] = [Math.floor(random() * all.length), Math.floor(random() * all.length)]
    const [line = ''] = random() < 0.5 ? all.splice(from, 1) : all.slice(from, from + 1)
    if (random() < 0.8) all.splice(to, 0, line)
    return all.join('\n')
  },
  (text, random) => {
    const all = text.split('\n')
    all.splice(Math.floor(random() * all.length), 0, pick(random, lines))
    return all.join('\n')
  },
  // Characters changed.
  (text, random) => {
    const at = Math.floor(random() * text.length)
    const other = String.fromCharCode(Math.floor(random() * 128))
    return text.slice(0, at) + other + text.slice(at + 1)
  },
  // Types changed: a value of a chunk for another, a key renamed or gone.
  (text, random) => {
    const values = [...text.matchAll(/(?<=":)("(?:[^"\\]|\\.)*"|-?[\d.]+|null|true|false|\{\}|\[\])/g)]
    const found = values.length > 0 ? pick(random, values) : undefined
    return found ? text.slice(0, found.index) + pick(random, junk) + text.slice(found.index + found[0].length) : text
  },
  (text, random) => {
    const keys = [...text.matchAll(/"([a-z_]+)":/g)]
    const found = keys.length > 0 ? pick(random, keys) : undefined
    const other = found && pick(random, ['x', pick(random, keys)[1]])
    return found ? `${text.slice(0, found.index)}"${other}":${text.slice(found.index + found[0].length)}` : text
  },
]

/** A recorded wire with one to five changes, split anew; the same for the same seed. */
export function mutatedWire(seed: number): Wire {
  const random = randomOf(seed)
  const { status, headers, body, afterwards } = readWire(pick(random, bases))
  let text = body.toString('latin1')
  for (let changes = 1 + Math.floor(random() * 5); changes > 0; changes--) text = pick(random, mutations)(text, random)
  const bytes = Buffer.from(text, 'latin1')
  const types = ['text/event-stream', 'application/json', 'text/html', 'text/plain; charset=utf-16', '']
  const type = random() < 0.9 ? headers['content-type'] : pick(random, types)
  return {
    status: random() < 0.95 ? 200 : status,
    headers: { ...headers, ...(type && { 'content-type': type }) },
    body: bytes,
    ...(random() < 0.5 && { split: 1 + Math.floor(random() * 400) }),
    ...(random() < 0.1 && { afterwards: 'reset' as const }),
    ...(afterwards === 'hold' && random() < 0.1 && { afterwards }),
  }
}
