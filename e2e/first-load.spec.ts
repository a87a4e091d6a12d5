import { gzipSync } from 'node:zlib'
import { expect, test } from './fixtures.ts'

// Next and React are 140 of it, the AI SDK 35; see docs/performance.md.
const FIRST_LOAD_KB = 190

test(`the chat page loads at most ${FIRST_LOAD_KB} kB of JavaScript first`, async ({ request }, info) => {
  const html = await (await request.get('/')).text()
  // Without those for browsers that know no modules: none that the page supports loads them.
  const tags = [...html.matchAll(/<script[^>]*\bsrc="([^"]+\.js[^"]*)"[^>]*>/g)].filter(
    ([tag]) => !/nomodule/i.test(tag),
  )
  const scripts = [...new Set(tags.map(([, src]) => src ?? ''))]
  expect(scripts.length).toBeGreaterThan(0)
  const bodies = await Promise.all(scripts.map(async (src) => (await request.get(src)).body()))
  const kilobytes = bodies.reduce((total, body) => total + gzipSync(body).length, 0) / 1000
  info.annotations.push({ type: 'first-load JavaScript', description: `${kilobytes.toFixed(1)} kB gzipped` })
  expect(kilobytes).toBeLessThanOrEqual(FIRST_LOAD_KB)
})
