import { connect } from 'node:net'

/**
 * Sends bytes as they are, which no HTTP client would, and gives back what comes until the connection ends or is quiet.
 *
 * @param bytes several pieces are sent one after the other, with `pauseMs` between them
 */
export function sendRaw(
  port: number,
  bytes: string | readonly string[],
  { quietMs = 500, pauseMs = 0 } = {},
): Promise<{ text: string; ended: boolean; ms: number }> {
  const begin = performance.now()
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let text = ''
    const finish = (ended: boolean) => {
      socket.destroy()
      resolve({ text, ended, ms: performance.now() - begin })
    }
    socket.setEncoding('latin1').on('data', (data) => (text += data))
    socket.on('error', () => finish(true)).on('close', () => finish(true))
    socket.setTimeout(quietMs, () => finish(false))
    void (async () => {
      for (const piece of [bytes].flat()) {
        if (socket.destroyed) return
        socket.write(Buffer.from(piece, 'latin1'))
        if (pauseMs) await new Promise((wait) => setTimeout(wait, pauseMs))
      }
    })()
  })
}

/** Of each answer that came. */
export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status))
