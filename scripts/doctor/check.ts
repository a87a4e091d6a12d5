import { setTimeout as sleep } from 'node:timers/promises'

/** One hop of the pipeline. */
export interface Check {
  readonly name: string
  /** Names of earlier checks without which this one can say nothing. */
  readonly needs?: readonly string[]
  /** Resolves with what was found; rejects with what is wrong, in words. */
  run(): Promise<string>
  /** What to do when it fails. */
  readonly hint: string
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
    (error: Error): Result => ({ name, status: 'failed', detail: error.message, hint, seconds: seconds() }),
  )
}

const REQUEST_TIMEOUT_MS = 5000

/**
 * @param expected statuses that are answers too
 * @throws an Error that names the address and what came from it instead of an answer
 */
export async function get(url: string, init: RequestInit = {}, expected: readonly number[] = []): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...init })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
    throw new Error(`no answer from ${short(url)} (${cause?.code ?? message})`)
  }
  if (!response.ok && !expected.includes(response.status)) {
    throw new Error(`status ${response.status} from ${short(url)}: ${(await response.text()).slice(0, 200)}`)
  }
  return response
}

/** Without the query string, which nobody reads encoded. */
const short = (url: string) => url.split('?', 1)[0]

export async function getJson<T>(url: string, init?: RequestInit): Promise<T> {
  return (await get(url, init)).json() as Promise<T>
}

/**
 * Polls until there is something, because telemetry takes a moment to arrive.
 * @throws the last failure, or `missing`, after `timeoutMs`
 */
export async function eventually<T>(
  look: () => Promise<T | null | undefined | false>,
  missing: string,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    let failure = new Error(`${missing} (looked for ${timeoutMs / 1000} s)`)
    try {
      const found = await look()
      if (found) return found
    } catch (error) {
      failure = error as Error
    }
    if (performance.now() > deadline) throw failure
    await sleep(250)
  }
}
