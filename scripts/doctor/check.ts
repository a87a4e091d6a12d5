import { setTimeout as sleep } from 'node:timers/promises'

/** One hop of the pipeline. */
export interface Check {
  readonly name: string
  /** Resolves with what was found; rejects with what is wrong, in words. */
  run(): Promise<string>
  /** What to do when it fails. */
  readonly hint: string
}

export interface Result {
  readonly name: string
  readonly ok: boolean
  readonly detail: string
  readonly hint?: string
  readonly seconds: number
}

/** Runs checks one after another; a failed one does not keep the later from being tried. */
export async function runChecks(checks: readonly Check[], onResult: (result: Result) => void): Promise<Result[]> {
  const results: Result[] = []
  for (const { name, run, hint } of checks) {
    const begin = performance.now()
    const seconds = () => (performance.now() - begin) / 1000
    const result = await run().then(
      (detail): Result => ({ name, ok: true, detail, seconds: seconds() }),
      (error: Error): Result => ({ name, ok: false, detail: error.message, hint, seconds: seconds() }),
    )
    results.push(result)
    onResult(result)
  }
  return results
}

const REQUEST_TIMEOUT_MS = 5000

/** @throws an Error that names the address and what came from it instead of an answer */
export async function get(url: string, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...init })
  } catch (error) {
    const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException }
    throw new Error(`no answer from ${url} (${cause?.code ?? message})`)
  }
  if (!response.ok) throw new Error(`status ${response.status} from ${url}: ${(await response.text()).slice(0, 200)}`)
  return response
}

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
