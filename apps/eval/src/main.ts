/**
 * `npm run eval`: asks the running chat the questions of a file, and says how many of its answers pass. Exit code 0 when they
 * reach the file's thresholds, 1 when not, 2 when it could not be found out.
 *
 * Addresses and the judge's provider come from the variables of .env.example.
 */
import path from 'node:path'
import { parseArgs } from 'node:util'
import { addresses } from '@repo/stores/addresses'
import { service } from '@repo/telemetry/catalogue'
import { modelOf } from './ask.ts'
import { evaluate, type Result } from './evaluate.ts'
import { judgeOf, judgeSettings } from './judge.ts'
import { readQuestions, UsageError } from './questions.ts'
import { misses, money, reportOf, table } from './report.ts'

const HELP = `Asks the running chat the questions of a file, and says how many of its answers pass.

  npm run eval -- [FILE] [options]        FILE: apps/eval/questions.yaml, or one of yours (docs/evaluation.md)

  --url URL        of web or API (${addresses.api})
  --model MODEL    one that the chat offers (what the file says, else the chat's default)
  --repeats N      how often each question is asked (what the file says, else 3)
  --parallel N     questions under way at once (4)
  --json           the report as JSON

Exit code: 0 when the file's thresholds are reached; 1 when not; 2 when chat or judge could not be asked.`

const OWN_QUESTIONS = path.join(import.meta.dirname, '../questions.yaml')

process.exit(await main().catch(explain))

async function main(): Promise<number> {
  const { values, positionals } = parse()
  if (values.help) {
    console.log(HELP)
    return 0
  }
  // As seen from where the command was given: package managers change to the package's own directory.
  const [named] = positionals
  const file = named ? path.resolve(process.env.INIT_CWD ?? '', named) : OWN_QUESTIONS
  const given = readQuestions(file)
  const repeats = whole('--repeats', values.repeats, given.repeats)
  const parallel = whole('--parallel', values.parallel, 4)
  if (values.json) process.env.LOG_LEVEL = 'silent' // stdout is the report's
  const { shutdownTelemetry, startTelemetry } = await import('@repo/telemetry/node-sdk')
  await startTelemetry(service.eval)
  try {
    return await run()
  } finally {
    await shutdownTelemetry()
  }

  async function run(): Promise<number> {
    const url = values.url ?? addresses.api
    const model = await modelOf(url, values.model ?? given.model)
    const verdicts: (number | null)[] = []
    const settings = judgeSettings(process.env, `http://127.0.0.1:${process.env.MOCK_LLM_PORT || 4010}/api/v1`)
    const judge = judgeOf(settings, (usd) => verdicts.push(usd))
    const { observeScores } = await import('@repo/telemetry/evaluation')
    let results: readonly Result[] = []
    observeScores(() => scoresOf(results, model))
    results = await evaluate(
      given.questions,
      { url, cookie: process.env.EVAL_COOKIE, model, repeats, parallel, judge },
      (soFar) => {
        results = soFar
      },
    )
    const report = reportOf(results)
    const missed = misses(report, given.thresholds)
    if (values.json) {
      console.log(JSON.stringify({ model, ...report, missed }, null, 2))
      return missed.length === 0 ? 0 : 1
    }
    const prompt = report.promptVersions.join(' and ') || 'unknown'
    console.log(`${model}, system prompt ${prompt}\n\n${table(report)}\n`)
    if (verdicts.length > 0) {
      const known = verdicts.filter((usd) => usd !== null)
      const cost = known.length === verdicts.length ? money(known.reduce((sum, usd) => sum + usd, 0)) : 'unknown'
      console.log(`${verdicts.length} verdicts of ${settings.model}, which cost ${cost} and are in no line above.`)
    }
    console.log(missed.length === 0 ? 'Passed.' : `Failed. ${missed.join(' ')}`)
    return missed.length === 0 ? 0 : 1
  }
}

/** The share that passed so far, of each question and prompt. */
function* scoresOf(results: readonly Result[], model: string) {
  for (const { question, answers } of results) {
    for (const [promptVersion, some] of Map.groupBy(answers, ({ answer }) => answer.metadata.promptVersion)) {
      const passed = some.filter(({ failures }) => failures.length === 0).length
      yield { name: question.name, promptVersion, model, score: passed / some.length }
    }
  }
}

function parse() {
  const text = { type: 'string' } as const
  const options = { url: text, model: text, repeats: text, parallel: text } as const
  const flags = { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  try {
    return parseArgs({ options: { ...options, ...flags }, allowPositionals: true })
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split('. ', 1)[0]}. See --help.`)
  }
}

function whole(name: string, text: string | undefined, standard: number): number {
  const value = text === undefined ? standard : Number(text)
  if (Number.isInteger(value) && value >= 1 && value <= 1000) return value
  throw new UsageError(`${name} must be a whole number from 1 to 1000, e.g. ${name} ${standard}; it is "${text}".`)
}

function explain(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error)
  return 2
}
