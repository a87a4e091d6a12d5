// Pictures of the chat and the viewer, from production builds. With `--all DIR`: every state in both themes and two widths.
import { randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { unusedPorts } from '@repo/local-stack/ports'
import { endRunning, onStop, root, run, step } from '@repo/local-stack/run'
import { startStack } from '@repo/local-stack/stack'
import { ensureChromium, launchChromium } from './browser.ts'
import { ChatPage } from './chat-page.ts'

const flag = process.argv.indexOf('--all')
const allFolder = flag === -1 ? undefined : path.resolve(process.argv[flag + 1] ?? 'screenshots')
const dataDir = mkdtempSync(path.join(tmpdir(), 'chat-screenshots-'))
let stop = async () => endRunning()

onStop(async () => {
  await stop()
  process.exit(130)
})

try {
  await step('Finding a browser', ensureChromium)
  await step('Building', () => run('turbo', ['run', 'build']))

  const ports = await unusedPorts()
  const { PATH, HOME } = process.env
  const stack = startStack({
    ports,
    env: { PATH, HOME, LLM_IDLE_TIMEOUT_MS: '3000', DAILY_BUDGET_USD: '2.50' },
    dataDir,
    log: () => {},
  })
  stop = stack.stop
  await step('Starting', () => stack.ready)
  const browser = await launchChromium()
  stop = async () => {
    await browser.close()
    await stack.stop()
  }

  const chatUrl = `http://localhost:${ports.web}`
  const viewerUrl = `http://localhost:${ports.viewer}`
  await step(allFolder ? 'Every state' : 'Pictures', () => (allFolder ? everyState(allFolder) : documentation()))

  async function documentation(): Promise<void> {
    const folder = path.join(root, 'docs/images')
    mkdirSync(folder, { recursive: true })
    const { page, chat, settle } = await open({ width: 1280, height: 800 })
    const take = (name: string) => page.screenshot({ path: path.join(folder, name) })
    // The five minutes of the board, so that it has something to say.
    const load = ['--rate', '1.2', '--duration', '270', '--visitors', '60', '--seed', '1']
    await run('node', ['apps/traffic/src/main.ts', '--url', chatUrl, ...load])
    await chat.open(chatUrl)
    await chat.ask('What does p95 mean?')
    await chat.signature.waitFor()
    await settle()
    await take('chat.png')

    await page.goto(`${viewerUrl}/traces/${await chat.traceId()}`)
    await page.getByRole('heading', { name: 'Logs of this trace' }).waitFor()
    await page.getByText('chat-web').first().waitFor()
    await settle()
    await take('trace.png')

    await page.goto(`${viewerUrl}/?minutes=5`)
    await page.getByRole('heading', { name: 'Models compared' }).waitFor()
    await settle()
    await take('board.png')
  }

  async function everyState(folder: string): Promise<void> {
    mkdirSync(folder, { recursive: true })
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const { page, chat, settle } = await open(viewport)
      let number = 0
      const take = async (name: string) => {
        number += 1
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme })
          await settle()
          const file = `${String(number).padStart(2, '0')}-${name}-${viewport.width}-${colorScheme}.png`
          await page.screenshot({ path: path.join(folder, file) })
        }
      }
      const answer = async (prompt: string, model = 'mock-standard') => {
        await chat.open(chatUrl)
        await chat.ask(prompt, model)
        await chat.signature.waitFor()
      }

      await chat.open(chatUrl)
      await take('home')
      await chat.ask('Why did the first token take so long?', 'mock-slow')
      await take('waiting')
      await chat.stop.click()
      await chat.signature.waitFor()
      await take('stopped-before-first-token')
      await chat.open(chatUrl)
      await chat.ask('How smooth is a long answer?', 'mock-long')
      await chat.answer.getByRole('heading', { name: 'Section 2' }).waitFor()
      await take('streaming')
      await chat.stop.click()
      await chat.signature.waitFor()
      await take('stopped')
      await answer('Compare Loki, Tempo and Mimir in a table.', 'mock-reasoning')
      await take('table-and-thoughts')
      await chat.answer.getByText('Thought for').click()
      await chat.signature.click()
      await chat.answer.getByRole('heading', { name: 'What happened' }).waitFor()
      await take('thoughts-and-details-open')
      await answer('Show me a TypeScript function that streams server-sent events.')
      await take('code')
      await answer('What is 17% of 2,340?')
      await take('tool-call')
      await chat.answer.getByText('calculator').click()
      await chat.signature.click()
      await take('tool-call-and-timeline-open')
      await answer('mock-tool-error')
      await chat.answer.getByText('calculator').first().click()
      await take('tool-call-failed')

      await answer('What can you do?')
      await chat.model.selectOption('mock-no-usage')
      await chat.answer.getByRole('button', { name: 'Regenerate answer' }).click()
      await chat.answer.getByText('2 of 2').waitFor()
      await take('versions')
      await chat.questions.getByRole('button', { name: 'Edit question' }).click()
      await page.getByRole('textbox', { name: 'Edited question' }).waitFor()
      await take('edit')
      await page.keyboard.press('Escape')
      await chat.answer.getByRole('button', { name: 'Bad answer' }).click()
      await page.getByRole('textbox', { name: 'Comment (optional)' }).waitFor()
      await take('feedback')
      await chat.open(chatUrl)
      await chat.ask('mock-echo كيف تعمل هذه الصفحة؟ اكتب لي جملة واحدة عن التتبع.')
      await chat.signature.waitFor()
      await take('right-to-left')

      const failing = [
        'mock-cut',
        'mock-429',
        'mock-500',
        'mock-stall',
        'mock-empty',
        'mock-no-usage',
        'mock-length',
        'mock-filter',
      ]
      for (const model of failing) {
        await answer('What goes wrong?', model)
        await take(model)
      }
      for (const [name, retryAfterSeconds, detail] of [
        ['rate-limited', 42, ''],
        ['budget-spent', 18_720, 'Your budget for today is spent. It begins anew in 5 h, at 00:00 UTC.'],
      ] as const) {
        await chat.open(chatUrl)
        const type = `urn:lgtm-chat:problem:${name}`
        const problem = {
          type,
          title: 'Too Many Requests',
          status: 429,
          detail,
          traceId: 'a'.repeat(32),
          retryAfterSeconds,
        }
        await page.route('**/api/chat', (route) =>
          route.fulfill({ status: 429, contentType: 'application/problem+json', json: problem }),
        )
        await chat.ask('Is there anything left?')
        await page.getByRole('alert').filter({ hasText: /\S/ }).waitFor()
        await take(name)
        await page.unroute('**/api/chat')
      }
      await chat.open(chatUrl)
      await page.route('**/api/chat', (route) => route.abort('connectionrefused'))
      await chat.ask('Is anybody there?')
      await chat.retry.waitFor()
      await take('server-not-reached')
      await page.unroute('**/api/chat')
      await page.evaluate(() => sessionStorage.clear())
      await chat.open(chatUrl)
      await chat.ask('too long '.repeat(2000))
      await page.getByRole('alert').filter({ hasText: 'at most' }).waitFor()
      await take('too-long')
      await page.evaluate(() => sessionStorage.clear())
      await page.goto(`${chatUrl}/c/${randomUUID()}`)
      await take('not-found')
      await page.goto(`${chatUrl}/usage`)
      await page.getByText('Day by day').click()
      await take('usage')
      await chat.open(chatUrl)
      const phone = viewport.width < 700
      if (phone) {
        await page.getByRole('button', { name: 'Open conversations' }).click()
        await take('conversations')
      }
      await page.getByRole('searchbox').fill('goes wrong')
      await page.getByRole('link', { name: 'What goes wrong?' }).first().waitFor()
      await take('search')
      await page.getByRole('searchbox').fill('zebra')
      await page.getByText('Nothing found').filter({ visible: true }).waitFor()
      await take('nothing-found')
      await page.getByRole('searchbox').fill('')
      await page.getByRole('button', { name: 'Options of' }).first().click()
      await take('conversation-menu')
      await page.getByRole('menuitem', { name: 'Delete' }).click()
      await page.getByRole('button', { name: 'Undo' }).waitFor()
      await take('deleted')
      await page.getByRole('button', { name: 'Undo' }).click()
      if (!phone) {
        await page.getByRole('button', { name: 'Shortcuts' }).click()
        await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
        await take('shortcuts')
      }

      await answer('Summarise the on-call handbook.')
      const traceId = await chat.traceId()
      await page.goto(`${viewerUrl}/traces/${traceId}`)
      await page.getByRole('heading', { name: 'Logs of this trace' }).waitFor()
      await take('viewer-trace')
      for (const view of ['', 'traces', 'logs', 'metrics']) {
        await page.goto(`${viewerUrl}/${view}`)
        await page.getByRole('heading', { level: 1 }).waitFor()
        await take(`viewer-${view || 'board'}`)
      }
      await page.goto(`${viewerUrl}/traces/${'0'.repeat(32)}`)
      await take('viewer-no-trace')
      await page.context().close()
    }
  }

  async function open(viewport: { width: number; height: number }) {
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: 1,
      colorScheme: 'light',
      reducedMotion: 'reduce',
    })
    const page = await context.newPage()
    // What is drawn after the last change of the page: two frames, and the fonts.
    const settle = () =>
      page.evaluate(async () => {
        await document.fonts.ready
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame)
      })
    return { page, chat: new ChatPage(page), settle }
  }
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  process.exitCode = 1
} finally {
  await stop()
  rmSync(dataDir, { recursive: true, force: true })
}
