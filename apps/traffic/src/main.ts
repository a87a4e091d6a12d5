import { service } from '@repo/telemetry/catalogue'
import { offeredModels, PaidProviderError } from './offered-models.ts'
import { help, type Options, parseOptions, UsageError } from './options.ts'
import { faults, plan, toolModels, unpricedModel } from './plan.ts'
import { format, showProgress } from './print.ts'
import { run } from './run.ts'
import { Tally } from './tally.ts'
import { Visitors } from './visitors.ts'

/** Less than a container gets before it is killed, with time left for telemetry. */
const GRACE_MS = 4000
/** Somebody may give the chat a real key while traffic runs. */
const CHECK_PROVIDER_MS = 15_000

process.exit(await main().catch(explain))

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env)
  if (!options) {
    console.log(help)
    return 0
  }
  const end = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => (end.signal.aborted ? process.exit(1) : end.abort())) // a second one is impatient
  }
  // stdout is the summary's; telemetry would say there that it is not delivered.
  if (options.json) process.env.LOG_LEVEL = 'silent'
  const { shutdownTelemetry, startTelemetry } = await import('@repo/telemetry/node-sdk')
  await startTelemetry(service.traffic)
  return traffic(options, end).finally(shutdownTelemetry)
}

async function traffic(options: Options, end: AbortController): Promise<number> {
  const { profile, url, seed } = options
  const offered = await offeredModels(url, options.wait * 1000, end.signal)
  const unasked = [...Object.keys(faults), ...toolModels, unpricedModel]
  const models = options.models.length > 0 ? options.models : offered.filter((id) => !unasked.includes(id))
  const missing = models.filter((id) => !offered.includes(id))
  if (models.length === 0 || missing.length > 0) {
    throw new UsageError(`--models must name some that the chat offers, which are ${offered.join(', ')}.`)
  }
  let refusal: unknown
  const check = setInterval(async () => {
    await offeredModels(url, 0, end.signal).catch((error) => {
      if (!(error instanceof PaidProviderError)) return
      refusal = error
      end.abort()
    })
  }, CHECK_PROVIDER_MS)

  const turns = plan({ ...options, models, faultModels: offered.filter((id) => id in faults) })
  const tally = new Tally()
  const visitors = new Visitors(url)
  const started = performance.now()
  const hideProgress = showProgress(tally)
  const maxInFlight = options['max-in-flight']
  await run({ turns, visitors, tally, maxInFlight, graceMs: GRACE_MS, signal: end.signal })
  clearInterval(check)
  hideProgress()

  const seconds = (performance.now() - started) / 1000
  const summary = { profile, url, seed, seconds, ...tally.summary(), moved: visitors.moved }
  console.log(options.json ? JSON.stringify(summary) : format(summary))
  if (refusal) throw refusal
  return summary.mismatched === 0 ? 0 : 1
}

function explain(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error)
  return 1
}
