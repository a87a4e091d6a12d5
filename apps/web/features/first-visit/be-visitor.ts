/** The visitor's own cookie is out of reach of scripts; this one only says that it is there. */
const MARK = 'visitor-known=1'

/** The browser keeps no cookies, so nobody could come back to what is asked: told as the API tells its problems. */
export const cookiesRefused = { type: 'cookies-refused', title: 'This browser keeps no cookies.', status: 403 }

/**
 * Makes sure that whatever tabs do next, they do as the same visitor: the API makes a visitor of each request without a
 * cookie, and those of two tabs can be on their way at the same time. Asks nobody in a browser that is known.
 *
 * @throws Error when the browser keeps no cookies
 */
export async function beVisitor(): Promise<void> {
  if (document.cookie.includes(MARK)) return
  // Where cookies are refused, locks and workers are too.
  if (!(await oneAfterTheOther().catch(introduce))) throw new Error(JSON.stringify(cookiesRefused))
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser yet
  document.cookie = `${MARK}; path=/; max-age=31536000; samesite=lax`
}

/** Locks are for secure origins only, which a LAN's address is none of; shared workers are not in every browser. */
async function oneAfterTheOther(): Promise<boolean> {
  if (navigator.locks) return navigator.locks.request('visitor', introduce)
  if (typeof SharedWorker === 'undefined') return introduce()
  return new Promise((resolve) => {
    const worker = new SharedWorker('/visitor-worker.js')
    worker.onerror = () => resolve(introduce())
    worker.port.onmessage = ({ data }: MessageEvent<boolean>) => {
      resolve(data)
      worker.port.close()
    }
  })
}

/**
 * Gets the visitor's cookie, unless there is one.
 *
 * @returns false when the browser refuses to keep it; true also when nobody answered: what comes next will say that
 */
async function introduce(): Promise<boolean> {
  return (await isKnown()) || (await isKnown())
}

async function isKnown(): Promise<boolean> {
  const response = await fetch('/api/visitor', { method: 'POST' }).catch(() => null)
  return response?.ok ? (await response.json()).known : true
}
