const REQUEST_TIMEOUT_MS = 10_000

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
