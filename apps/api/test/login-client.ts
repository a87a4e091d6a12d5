import { ChatClient } from './chat-client.ts'

/** Where the tests say that the chat is: nothing listens there, what goes there is sent to the API. */
export const PUBLIC_URL = 'http://chat.localhost:3999'

/** A browser's worth of client that keeps the cookies of each host, and fills in the issuer's forms. */
export class LoginClient extends ChatClient {
  readonly #api: string
  readonly #jars = new Map<string, Map<string, string>>()

  constructor(api: string) {
    super(api)
    this.#api = api
  }

  /** Of the chat. */
  get cookies(): Map<string, string> {
    return this.#jar(new URL(PUBLIC_URL).host)
  }

  override async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.get(PUBLIC_URL + path, init)
  }

  /** One request; redirects are not followed. */
  async get(address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address)
    const jar = this.#jar(url.host)
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
    const target = address.startsWith(PUBLIC_URL) ? this.#api + address.slice(PUBLIC_URL.length) : address
    const headers = { ...(cookie && { cookie }), ...(init.headers as Record<string, string>) }
    const response = await fetch(target, { ...init, headers, redirect: 'manual' })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(set)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  /** Logs in as somebody. @returns where the browser ends, with every address on the way */
  async logIn(name: string, to = '/'): Promise<{ end: string; way: string[] }> {
    return this.walk(`${PUBLIC_URL}/api/login?to=${encodeURIComponent(to)}`, name)
  }

  /** Follows redirects and fills in forms, until a page of the chat, or an address that `isEnd`. */
  async walk(
    start: string,
    name: string,
    isEnd = (_address: string) => false,
  ): Promise<{ end: string; way: string[] }> {
    const way: string[] = []
    let address = start
    let init: RequestInit = {}
    for (let step = 0; step < 20; step++) {
      way.push(address)
      if (isEnd(address) || (step > 0 && address.startsWith(PUBLIC_URL) && !address.includes('/api/login')))
        return { end: address, way }
      const response = await this.get(address, init)
      const location = response.headers.get('location')
      if (location) {
        address = new URL(location, address).href
        init = {}
        continue
      }
      const page = await response.text()
      const action = /action="([^"]+)"/.exec(page)?.[1]
      if (!action) throw new Error(`${response.status} at ${address}: ${page.slice(0, 300)}`)
      const hidden = [...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, key = '', value = '']) => [key, value],
      )
      const fields = { ...Object.fromEntries(hidden), login: name, password: 'any', logout: 'yes' }
      address = new URL(action, address).href
      init = { method: 'POST', body: new URLSearchParams(fields) }
    }
    throw new Error(`no end: ${way.join('\n')}`)
  }

  #jar(host: string): Map<string, string> {
    const known = this.#jars.get(host) ?? new Map<string, string>()
    this.#jars.set(host, known)
    return known
  }
}
