import { expect, test } from './fixtures.ts'

test('the home page is ready for a question', async ({ page }) => {
  await page.goto('/')
  await expect(page.getByRole('textbox')).toBeEditable()
})
