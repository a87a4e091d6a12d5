type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const READING = /^(GET|HEAD|OPTIONS)$/
const SAME = new Set(['same-origin', 'none']) // `none`: the person typed or reloaded it

/**
 * Whether a page of another origin has sent a request that may change something. Browsers say where a request comes from,
 * and no page can make them say something else; what is no browser says nothing, and has no cookies that are not its own.
 *
 * @param headers as Node has them
 * @param publicUrl where browsers have the chat, if a proxy in front gives another `Host`
 */
export function isFromElsewhere(method: string, headers: Headers, publicUrl?: string): boolean {
  if (READING.test(method)) return false
  const site = headers['sec-fetch-site']
  if (site !== undefined) return !SAME.has(String(site))
  if (headers.origin === undefined) return false
  // Over plain HTTP, browsers leave the header above out.
  const from = URL.parse(String(headers.origin))?.host
  // `x-forwarded-host` a page cannot set either: the browser would have to ask first, and nobody allows it.
  const here = [headers.host, headers['x-forwarded-host'], publicUrl && URL.parse(publicUrl)?.host]
  return !from || !here.some((host) => String(host).toLowerCase() === from)
}

/** What its sender is told. */
export const fromElsewhere = {
  status: 403,
  name: 'from-elsewhere',
  detail: 'A page of another origin has sent this. Only pages of this address may change something here.',
} as const
