import { expect, test } from './fixtures.ts'

test('no script runs that Next has not written, and all of its own do', async ({ chat, page, request }) => {
  const refused: string[] = []
  page.on(
    'console',
    (message) => void (/Content.Security.Policy/i.test(message.text()) && refused.push(message.text())),
  )

  const forged = { 'content-security-policy': "script-src 'nonce-forged'" }
  const scripts = async () => {
    const policy = (await request.get('/', { headers: forged })).headers()['content-security-policy']
    return policy?.split('; ').find((directive) => directive.startsWith('script-src'))
  }
  const first = await scripts()
  expect(first).toMatch(/^script-src 'self' 'nonce-[\w+/]{22}=='$/)
  expect(await scripts()).not.toBe(first)

  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  await page.reload()
  await chat.answered()
  expect(refused).toEqual([])

  await page.evaluate(() => {
    const script = document.createElement('script')
    script.textContent = 'document.title = "injected"'
    document.body.append(script)
  })
  await expect.poll(() => refused.length).toBe(1)
  expect(await page.title()).not.toBe('injected')
})
