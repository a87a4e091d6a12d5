import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Inputs } from './plan.ts'
import { UsageError } from './usage-error.ts'

const number = (min: number, max: number) => z.coerce.number().min(min).max(max)
const whole = (min: number, max: number) => number(min, max).int()
const days = whole(1, 3650)

/** Each with what it is without the option, its shape and what it means, for help and for who gives another. */
const settings = {
  'turns-per-day': [number(1, 1e10), 10_000, 'from 1 to 10000000000', 'turns a day, all environments together'],
  peak: [number(1, 100), 4, 'from 1 to 100', 'turns of the busiest second to those of an average one'],
  page: [number(0, 1), 1, 'from 0 to 1', 'share of the turns that are asked on the page, not by a program'],
  visits: [number(0, 10), 0.4, 'from 0 to 10', 'times that the page is opened, a turn'],
  'browser-sampling': [number(0, 1), 1, 'from 0 to 1', 'share of visits that browsers tell of (FARO_SAMPLE_RATE)'],
  calls: [number(1, 20), 1.2, 'from 1 to 20', 'model calls a turn; each after the first follows a tool call'],
  'input-tokens': [number(0, 1e7), 1500, 'from 0 to 10000000', 'input tokens a turn, all of its calls together'],
  'output-tokens': [number(1, 1e6), 400, 'from 1 to 1000000', 'output tokens a turn, each a chunk of its own'],
  'answer-seconds': [number(0.1, 3600), 8, 'from 0.1 to 3600', 'seconds that an answer takes'],
  'conversation-turns': [number(1, 1000), 3, 'from 1 to 1000', 'turns of a conversation'],
  models: [whole(1, 1000), 3, 'a whole number from 1 to 1000', 'models that are offered and asked'],
  environments: [whole(1, 100), 1, 'a whole number from 1 to 100', 'environments in the same stores'],
  web: [whole(1, 100_000), null, 'a whole number from 1 to 100000', 'web processes (as many as the peak needs)'],
  api: [whole(1, 100_000), null, 'a whole number from 1 to 100000', 'API processes (as many as the peak needs)'],
  'metric-interval': [number(1, 600), 15, 'from 1 to 600', 'seconds between two exports of metrics'],
  sampling: [number(0, 1), 1, 'from 0 to 1', 'share of traces that is kept'],
  'sampling-at': [z.enum(['head', 'tail']), 'tail', 'head or tail', 'where: in the services, or in Alloy'],
  'log-days': [days, 7, 'a whole number from 1 to 3650', 'days that log lines are kept'],
  'trace-days': [days, 7, 'a whole number from 1 to 3650', 'days that traces are kept'],
  'metric-days': [days, 30, 'a whole number from 1 to 3650', 'days that metrics are kept'],
  'conversation-days': [days, 365, 'a whole number from 1 to 3650', 'days that conversations are kept'],
  replication: [
    whole(1, 5),
    1,
    'a whole number from 1 to 5',
    'copies that writers keep; from 2 on with an object store',
  ],
  'outage-hours': [number(0, 168), 1, 'from 0 to 168', 'hours that a store may be away'],
  utilisation: [number(0.1, 1), 0.6, 'from 0.1 to 1', 'share of its processors that a part uses at the peak'],
} as const satisfies Record<string, readonly [z.ZodType, number | string | null, string, string]>
type Name = keyof typeof settings
const names = Object.keys(settings) as Name[]

export const help = `Computes what so many turns need: telemetry, queues, disks, replicas, and a monthly bill (docs/capacity.md).

  npm run capacity -- [options]

${names.map((name) => `  --${name.padEnd(21)}${settings[name][3]}${settings[name][1] === null ? '' : ` (${settings[name][1]})`}`).join('\n')}

  --model NAME           whose price a turn has (gpt-5-mini)
  --prices FILE          what a core, a GiB, ... cost (apps/capacity/prices.yaml, which are examples)
  --calibration FILE     of --measure on a stack of yours: its numbers instead of ours, as far as it has them
  --measure SECONDS      instead: predicted and measured, of the stack that runs, while something else gives it turns
  --pids NAME=PID,...    with it: processes whose processor time is read from /proc, e.g. web=71,api=72,api=73,database=70
  --json                 all of it as JSON
  --help                 this text

Exit code: 0, or 2 when an option or a file is wrong, or the stack does not answer.`

export interface Options {
  readonly inputs: Inputs
  readonly model: string
  readonly prices: string | undefined
  readonly calibration: string | undefined
  /** Seconds. */
  readonly measure: number | undefined
  readonly pids: readonly (readonly [part: string, pid: number])[]
  readonly json: boolean
}

/**
 * @param args what follows the script's name
 * @returns null when help was asked for
 * @throws {UsageError} naming the option, what it may be and what it was
 */
export function parseOptions(args: readonly string[]): Options | null {
  const text = { type: 'string' } as const
  const flags = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  const more = { model: text, prices: text, calibration: text, measure: text, pids: text } as const
  const known = Object.fromEntries(names.map((name) => [name, text])) as Record<Name, typeof text>
  const values = parse(() => parseArgs({ args: [...args], options: { ...known, ...more, ...flags } }).values)
  if (values.help) return null
  const read = <T>(name: string, schema: z.ZodType<T>, shape: string, given: string): T => {
    const parsed = schema.safeParse(given.trim() === '' ? undefined : given)
    if (parsed.success) return parsed.data
    throw new UsageError(`--${name} must be ${shape}; it is "${given}".`)
  }
  const inputs = Object.fromEntries(
    names.map((name) => {
      const [schema, standard, shape] = settings[name]
      const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
      const given = values[name]
      return [key, given === undefined ? standard : read<unknown>(name, schema, shape, given)]
    }),
  ) as unknown as Inputs
  return {
    inputs,
    model: values.model ?? 'gpt-5-mini',
    prices: values.prices,
    calibration: values.calibration,
    measure:
      values.measure === undefined
        ? undefined
        : read('measure', number(10, 86_400), 'seconds, from 10 to 86400', values.measure),
    pids: (values.pids ?? '')
      .split(',')
      .filter(Boolean)
      .map((pair) => {
        const [, part, pid] = /^(\w+)=(\d+)$/.exec(pair) ?? []
        if (part && pid) return [part, Number(pid)] as const
        throw new UsageError(`--pids must be like web=71,api=72,database=70; it has "${pair}".`)
      }),
    json: values.json ?? false,
  }
}

function parse<T>(args: () => T): T {
  try {
    return args()
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ', 1)[0]}. See --help.`)
  }
}
