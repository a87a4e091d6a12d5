import { expect, test } from './fixtures.ts'

test('formulas are set, are copied as their source, and prices are prices', async ({ chat, page, context }) => {
  const fonts: string[] = []
  page.on('request', (request) => void (request.resourceType() === 'font' && fonts.push(request.url())))
  const refused: string[] = []
  page.on(
    'console',
    (message) => void (/Content.Security.Policy/i.test(message.text()) && refused.push(message.text())),
  )
  await chat.open()
  await chat.ask('Hello')
  await chat.answered()
  expect(await page.locator('.katex').count()).toBe(0)
  await chat.ask('How is a quadratic equation solved?')
  await chat.answered(2)
  await expect(chat.answer.locator('.katex-display')).toHaveCount(2)
  await expect(chat.answer.locator('.katex:not(.katex-display .katex)')).toHaveCount(8)
  await expect(chat.answer.locator('.katex-error')).toHaveCount(0)
  await expect(
    chat.answer.getByText('together cost $15 and whose prices multiply to 50 cost $5 and $10.'),
  ).toBeVisible()
  await page.evaluate(() => document.fonts.ready)
  expect(fonts.length).toBeGreaterThan(0)
  for (const font of fonts) expect(new URL(font).origin).toBe(new URL(page.url()).origin)
  expect(refused).toEqual([])

  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await chat.answer.locator('.katex-display').first().click({ clickCount: 3 })
  await page.keyboard.press('ControlOrMeta+c')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('\\frac{-b \\pm \\sqrt{b^2 - 4ac}}{2a}')
})
