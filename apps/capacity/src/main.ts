/**
 * `npm run capacity`: what so many turns a day need, and what that costs; with `--measure`, how far that is from what a
 * running stack needs.
 */
import path from 'node:path'
import { addresses } from '@repo/stores/addresses'
import { billOf, readPrices, turnUsd } from './bill.ts'
import { values } from './coefficients.ts'
import { calibrationOf, compared, readCalibration } from './compare.ts'
import { reachedFirst } from './limits.ts'
import { help, type Options, parseOptions } from './options.ts'
import { planOf } from './plan.ts'
import { report } from './report.ts'
import { UsageError } from './usage-error.ts'

const EXAMPLE_PRICES = path.join(import.meta.dirname, '../prices.yaml')
/** As seen from where the command was given: package managers change to the package's own directory. */
const given = (file: string) => path.resolve(process.env.INIT_CWD ?? '', file)

process.exitCode = await main(process.argv.slice(2)).catch(explain)

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args)
  if (!options) console.log(help)
  else if (options.measure) await hold(options, options.measure)
  else compute(options)
  return 0
}

/** Our numbers against those of the stack that runs. */
async function hold({ calibration, pids, json }: Options, seconds: number): Promise<void> {
  const { measure } = await import('./measure.ts')
  const measured = await measure(addresses, seconds, pids)
  const factors = calibration ? readCalibration(given(calibration)) : {}
  console.log(json ? JSON.stringify(calibrationOf(measured, values), null, 2) : compared(measured, values, factors))
}

function compute({ inputs, model, prices: file, calibration, json }: Options): void {
  const prices = readPrices(file ? given(file) : EXAMPLE_PRICES)
  const usdPerTurn = turnUsd(model, inputs.inputTokens, inputs.outputTokens, prices.llm)
  const factors = calibration ? readCalibration(given(calibration)) : {}
  const plan = planOf(inputs, values, factors)
  const limits = reachedFirst(inputs, values, factors)
  const bill = billOf(plan, prices, usdPerTurn)
  const { source, date } = prices
  console.log(
    json
      ? JSON.stringify({ ...plan, limits, bill, prices: { source, date } }, null, 2)
      : report(plan, limits, bill, prices),
  )
}

function explain(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error)
  return 2
}
