import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { deviations, type Mix } from './plan.ts'

/** What the user gave cannot work; the message is a sentence for them. */
export class UsageError extends Error {}

const usualMix: Mix = {
  stop: 4,
  disconnect: 2,
  regenerate: 6,
  hiccup: 4,
  fault: 6,
  tool: 5,
  approval: 3,
  rate: 10,
  picture: 4,
}

/** Presets of the options, nothing more. The light one is healthy: of 200 turns one fails, and no alert fires. */
const profiles = {
  light: { rate: 0.33, turns: Infinity, visitors: 8, 'max-in-flight': 50, mix: { ...usualMix, fault: 0.5 } },
  heavy: { rate: 25, turns: 10_000, visitors: 500, 'max-in-flight': 1000 },
  burst: { rate: 50, turns: 500, visitors: 300, 'max-in-flight': 500 },
}
const whole = (min: number, max: number) => z.coerce.number().int().min(min).max(max)

/** Each with its shape and an example, for help and for the sentence that a malformed value gets. */
const settings = {
  url: [z.url({ protocol: /^https?$/ }), 'the http(s) address of web or API, e.g. http://127.0.0.1:3000'],
  turns: [whole(1, 1e9), 'how many turns, from 1 to 1000000000, e.g. 200'],
  rate: [z.coerce.number().min(0.001).max(500), 'turns per second on average, from 0.001 to 500, e.g. 2.5'],
  duration: [z.coerce.number().gt(0), 'for how many seconds turns arrive, e.g. 90'],
  visitors: [whole(1, 100_000), 'how many people ask, from 1 to 100000, e.g. 20'],
  seed: [whole(0, 2 ** 32 - 1), 'a whole number from 0 to 4294967295, e.g. 42; the same seed plans the same turns'],
  mix: [z.string().transform(toMix), `percentages of ${deviations.join(', ')}, e.g. stop=5,fault=10; or none`],
  models: [z.string().transform((text) => text.split(',')), 'the models to ask, e.g. mock-standard,mock-large'],
  prompts: [
    z.string().transform((text) => text.split('|')),
    'what to ask, a | between two, e.g. "What is OTLP?|Hello"',
  ],
  'max-in-flight': [whole(1, 10_000), 'turns under way at once, from 1 to 10000, e.g. 500; more are skipped'],
  wait: [z.coerce.number().min(0).max(3600), 'seconds until the chat must answer, from 0 to 3600, e.g. 60'],
} as const satisfies Record<string, readonly [z.ZodType, string]>
type Name = keyof typeof settings
type Given = { [K in Name]?: z.output<(typeof settings)[K][0]> }
const names = Object.keys(settings) as Name[]

const variableOf = (name: Name) => `TRAFFIC_${name.toUpperCase().replaceAll('-', '_')}`

export const help = `Puts load on the chat and checks that every turn ends as it was meant to. Only against the mock model.

  pnpm --filter @repo/traffic start -- [profile] [options]

Profiles
  light   a turn every 3 s until stopped, and healthy (the default)
  heavy   10,000 turns in 7 minutes
  burst   500 turns in 10 s

Options; each is a variable too: --max-in-flight is ${variableOf('max-in-flight')}
${names.map((name) => `  --${name.padEnd(15)}${settings[name][1]}`).join('\n')}
  --json           the summary as JSON
  --help           this text

Exit code: 0 when every turn ended as asked; 1 when not, or when the run was refused.`

export type Options = NonNullable<ReturnType<typeof parseOptions>>

/**
 * Reads flags, then variables (`TRAFFIC_*`; `API_URL` for want of `TRAFFIC_URL`), then the profile.
 * @param args what follows the script's name
 * @returns null when help was asked for
 * @throws {UsageError} naming what is wrong, its shape and an example
 */
export function parseOptions(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const { values, positionals } = parse(args[0] === '--' ? args.slice(1) : args) // pnpm passes its `--` on
  if (values.help) return null
  const profile = positionals.join(' ') || environment.TRAFFIC_PROFILE || 'light'
  if (!isProfile(profile)) {
    throw new UsageError(`The profile must be one of ${Object.keys(profiles).join(', ')}; it is "${profile}".`)
  }
  const given: Given = Object.fromEntries(
    names.flatMap((name) => {
      const [schema, shape] = settings[name]
      const variable = environment[variableOf(name)] || (name === 'url' && environment.API_URL) || undefined
      const text = values[name] ?? variable
      if (text === undefined) return []
      const parsed = schema.safeParse(text || undefined)
      if (parsed.success) return [[name, parsed.data]]
      throw new UsageError(
        `${values[name] === undefined ? variableOf(name) : `--${name}`} must be ${shape}; it is "${text}".`,
      )
    }),
  )
  return {
    profile,
    json: values.json ?? false,
    url: 'http://127.0.0.1:3000',
    duration: Infinity,
    seed: randomInt(2 ** 32),
    mix: usualMix,
    models: [] as string[],
    wait: 60,
    ...profiles[profile],
    ...(given.duration ? { turns: Infinity } : {}), // not cut short by the profile's number
    ...given,
  }
}

const isProfile = (name: string): name is keyof typeof profiles => Object.hasOwn(profiles, name)

function parse(args: readonly string[]) {
  const text = Object.fromEntries(names.map((name) => [name, { type: 'string' }])) as Record<Name, { type: 'string' }>
  const options = { ...text, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ', 1)[0]}. See --help.`)
  }
}

function toMix(text: string, context: z.RefinementCtx): Mix {
  const entries = text === 'none' ? [] : text.split(',').map((pair) => pair.split('='))
  const mix = Object.fromEntries(entries.map(([kind = '', percent]) => [kind.trim(), Number(percent || NaN)]))
  const known = Object.entries(mix).every(([kind, share]) => deviations.includes(kind as 'stop') && share >= 0)
  if (!known || Object.values(mix).reduce((sum, share) => sum + share, 0) > 100) context.addIssue('not a mix')
  return mix
}
