/** One hop of the pipeline. */
export interface Check {
  readonly name: string
  /** Names of earlier checks without which this one can say nothing. */
  readonly needs?: readonly string[]
  /** Resolves with what was found; rejects with what is wrong, in words. */
  run(): Promise<string>
  /** What to do when it fails; a function, where that depends on what was found. */
  readonly hint: string | (() => string)
}

export interface Result {
  readonly name: string
  /** `skipped`: something that it needs has failed. */
  readonly status: 'ok' | 'failed' | 'skipped'
  readonly detail: string
  readonly hint?: string
  readonly seconds: number
}

/** Runs checks one after another; a failed one keeps only those that need it from being tried. */
export async function runChecks(checks: readonly Check[], onResult: (result: Result) => void): Promise<Result[]> {
  const results: Result[] = []
  for (const check of checks) {
    const missing = results.filter(({ name, status }) => status !== 'ok' && check.needs?.includes(name))
    const result = missing.length > 0 ? skipped(check, missing) : await runCheck(check)
    results.push(result)
    onResult(result)
  }
  return results
}

function skipped({ name }: Check, missing: readonly Result[]): Result {
  return { name, status: 'skipped', detail: `needs: ${missing.map((result) => result.name).join(', ')}`, seconds: 0 }
}

async function runCheck({ name, run, hint }: Check): Promise<Result> {
  const begin = performance.now()
  const seconds = () => (performance.now() - begin) / 1000
  return run().then(
    (detail): Result => ({ name, status: 'ok', detail, seconds: seconds() }),
    (error: Error): Result => {
      const advice = typeof hint === 'string' ? hint : hint()
      return { name, status: 'failed', detail: error.message, hint: advice, seconds: seconds() }
    },
  )
}
