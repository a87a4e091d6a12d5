import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { Coefficients } from './coefficients.ts'
import type { Measured } from './measure.ts'
import { type Factors, predict, type Quantity, units } from './predict.ts'
import { rounded, table } from './report.ts'
import { UsageError } from './usage-error.ts'

const names = Object.keys(units) as Quantity[]
const calibrationSchema = z.object({
  factors: z.partialRecord(z.enum(names), z.number().positive()),
})

/** A row for each quantity that was seen: predicted for the load that was there, measured, and how far apart. */
export function compared({ load, seen }: Measured, c: Coefficients, factors: Factors): string {
  const predicted = predict(load, c, factors)
  const of = Object.entries(load).map(
    ([name, value]) => `${name} ${typeof value === 'number' ? rounded(value) : value}`,
  )
  const rows = names.flatMap((name) => {
    const value = seen[name]
    if (value === undefined) return []
    return [
      [
        name,
        rounded(predicted[name]),
        rounded(value),
        predicted[name] > 0 ? rounded(value / predicted[name]) : '-',
        units[name],
      ],
    ]
  })
  return `${of.join(', ')}\n\n${table([['', 'predicted', 'measured', 'to predicted', ''], ...rows])}`
}

/** What `--calibration` reads: the load, what was seen, and how many times our own number each is. */
export function calibrationOf(measured: Measured, c: Coefficients) {
  const predicted = predict(measured.load, c)
  const factors = Object.fromEntries(
    Object.entries(measured.seen)
      .map(([name, value]) => [name, value / predicted[name as Quantity]] as const)
      .filter(([, factor]) => factor > 0 && Number.isFinite(factor)),
  )
  return { ...measured, factors }
}

/** @throws {UsageError} naming the file and what is wrong there */
export function readCalibration(file: string): Factors {
  try {
    return calibrationSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).factors
  } catch (error) {
    const why =
      error instanceof z.ZodError
        ? `${error.issues[0]?.path.join('.')}: ${error.issues[0]?.message}`
        : (error as Error).message
    throw new UsageError(`--calibration: ${file} is not what --measure SECONDS --json prints (${why}).`)
  }
}
