/**
 * Asks the API from the page.
 *
 * @param path below `/api`
 * @param body sent as JSON
 * @returns what it answers, `{}` if that is nothing; null when it did not work, for whatever reason
 */
export async function request<T = object>(method: string, path: string, body?: object | null): Promise<T | null> {
  try {
    const response = await fetch(`/api${path}`, {
      method,
      keepalive: method !== 'GET', // a change outlives the page that made it
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
    if (!response.ok) return null
    return response.status === 204 ? ({} as T) : await response.json()
  } catch {
    return null
  }
}
