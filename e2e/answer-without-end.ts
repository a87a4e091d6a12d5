import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'

/** A stream that does not end: axe takes longer than an answer. Returns what ends it. */
export async function answerWithoutEnd(page: Page, parts: object[]): Promise<() => void> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/event-stream')
    for (const part of [{ type: 'start' }, ...parts]) response.write(`data: ${JSON.stringify(part)}\n\n`)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await page.route('**/api/chat', (route) => route.continue({ url }))
  return () => {
    server.closeAllConnections()
    server.close()
  }
}
