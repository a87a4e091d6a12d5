import { writeFileSync } from 'node:fs'
import type { Browser, Page } from '@playwright/test'

export type Theme = 'light' | 'dark'

/** Grafana as a visitor sees it: with its menu open, in a window of this width that shows the whole of a page. */
export class GrafanaPage {
  readonly page: Page
  readonly #url: string
  readonly #width: number

  private constructor(page: Page, url: string, width: number) {
    this.page = page
    this.#url = url
    this.#width = width
  }

  static async open(browser: Browser, url: string, width: number, theme: Theme): Promise<GrafanaPage> {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      deviceScaleFactor: 1,
      colorScheme: theme,
      reducedMotion: 'reduce',
    })
    await context.addInitScript(() => {
      localStorage.setItem('grafana.navigation.docked', 'true')
      localStorage.setItem('grafana.navigation.open', 'true')
    })
    return new GrafanaPage(await context.newPage(), url, width)
  }

  /**
   * A board with every panel drawn: Grafana draws only what is in sight, so the window is as high as the board.
   *
   * @param rows of Grafana's grid that the board takes
   */
  async board(uid: string, rows: number, theme: Theme, parameters = ''): Promise<void> {
    await this.page.setViewportSize({ width: this.#width, height: rows * (30 + 8) + 200 })
    await this.#go(`/d/${uid}?theme=${theme}&refresh=1d&${parameters}`)
  }

  /** Any other page, in a window of this height. */
  async view(path: string, height: number): Promise<void> {
    await this.page.setViewportSize({ width: this.#width, height })
    await this.#go(path)
  }

  async #go(path: string): Promise<void> {
    await this.page.goto(`${this.#url}${path}`)
    await this.page.locator('main, [data-testid="data-testid Panel header"], h1, h2').first().waitFor()
    await this.#settled()
  }

  /** Requests have ended, bars of loading panels are gone, and what came last is drawn. */
  async #settled(): Promise<void> {
    await this.page.waitForLoadState('networkidle').catch(() => {})
    // Panels begin once the variables are there, and uPlot and Monaco draw after they are there: three times in a row.
    const patience = Date.now() + 120_000
    for (let quiet = 0; quiet < 3 && Date.now() < patience; ) {
      await this.page.waitForTimeout(1000)
      quiet = (await this.page.evaluate(busy)) ? 0 : quiet + 1
    }
  }

  /** Headlines of panels and of columns, and numbers and words in tables, that do not fit into their place, in words. */
  async cut(): Promise<string[]> {
    return this.page.evaluate(() => {
      // What is aligned to the right is cut at the left, which no scroll width tells.
      const cells = [...document.querySelectorAll('[role="gridcell"]')].flatMap((cell) => {
        const range = document.createRange()
        range.selectNodeContents(cell)
        const [text, place] = [range.getBoundingClientRect(), cell.getBoundingClientRect()]
        const over = Math.max(place.left - text.left, text.right - place.right)
        return cell.textContent && over > 1 ? [`"${cell.textContent}": ${Math.round(over)} pixels over its cell`] : []
      })
      const headlines = [
        ...document.querySelectorAll<HTMLElement>(
          'section h2, [role="columnheader"] button, [role="columnheader"] span',
        ),
      ]
        .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth + 1)
        .map(({ textContent, scrollWidth, clientWidth }) => `${textContent}: ${scrollWidth} in ${clientWidth} pixels`)
      return [...headlines, ...new Set(cells)]
    })
  }

  /**
   * What is in sight, or its uppermost pixels, as WebP: a third of the size of a PNG, and Chromium has the encoder.
   */
  async picture(file: string, height?: number): Promise<void> {
    const clip = height ? { clip: { x: 0, y: 0, width: this.#width, height } } : {}
    const png = (await this.page.screenshot(clip)).toString('base64')
    const blank = await this.page.context().newPage()
    const webp = await blank.evaluate(async (data) => {
      const image = new Image()
      image.src = `data:image/png;base64,${data}`
      await image.decode()
      const canvas = document.createElement('canvas')
      canvas.width = image.width
      canvas.height = image.height
      canvas.getContext('2d')?.drawImage(image, 0, 0)
      return canvas.toDataURL('image/webp', 0.82).split(',')[1] ?? ''
    }, png)
    await blank.close()
    writeFileSync(file, Buffer.from(webp, 'base64'))
  }

  async close(): Promise<void> {
    await this.page.context().close()
  }
}

/** In the page: something is asked, or not drawn yet. */
function busy(): boolean {
  const asked = document.querySelector('[data-testid="data-testid RefreshPicker run button"]')?.textContent ?? ''
  const drawn = [...document.querySelectorAll('[data-testid="data-testid panel content"]')]
  return (
    document.querySelector('[aria-label="Panel loading bar"]') !== null ||
    asked.includes('Cancel') ||
    drawn.some(
      ({ childElementCount, textContent }) => childElementCount === 0 || textContent?.includes('Computing layout'),
    )
  )
}
