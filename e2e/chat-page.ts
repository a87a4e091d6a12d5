import { expect, type Locator, type Page } from '@playwright/test'

/** The chat as its user knows it: by roles, labels and words. */
export class ChatPage {
  readonly page: Page
  readonly field: Locator
  readonly send: Locator
  readonly stop: Locator
  readonly model: Locator
  readonly newChat: Locator
  readonly conversations: Locator
  readonly questions: Locator
  readonly answers: Locator
  /** The newest answer, with all that stands below it. */
  readonly answer: Locator
  /** Model, time to first token, tokens and cost under the newest answer; a button that shows the details. */
  readonly signature: Locator
  readonly traceLink: Locator
  readonly retry: Locator
  /** Where a message has versions; of the newest such message. */
  readonly previousVersion: Locator
  readonly nextVersion: Locator

  constructor(page: Page) {
    this.page = page
    this.field = page.getByRole('textbox', { name: 'Message' })
    this.send = page.getByRole('button', { name: 'Send' })
    this.stop = page.getByRole('button', { name: 'Stop' })
    this.model = page.getByRole('combobox', { name: 'Model' })
    this.newChat = page.getByRole('link', { name: 'New chat' })
    this.conversations = page.getByRole('navigation', { name: 'Conversations' })
    const by = (writer: string) =>
      page.getByRole('article').filter({ has: page.getByRole('heading', { name: writer }) })
    this.questions = by('You')
    this.answers = by('Assistant')
    this.answer = this.answers.last()
    this.signature = this.answer.getByTitle('Show details of this answer')
    this.traceLink = this.answer.getByRole('link', { name: /^Trace of this answer/ })
    this.previousVersion = page.getByRole('button', { name: 'Previous version' }).last()
    this.nextVersion = page.getByRole('button', { name: 'Next version' }).last()
    this.retry = page.getByRole('button', { name: 'Retry', exact: true })
  }

  /** @param url of another stack than the shared one, or a path */
  async open(url = '/'): Promise<void> {
    await this.page.goto(url)
    await this.#ready()
  }

  async reload(): Promise<void> {
    await this.page.reload()
    await this.#ready()
  }

  /** The page's script gives the field focus: what is clicked before would do nothing. */
  async #ready(): Promise<void> {
    await expect(this.field).toBeFocused()
  }

  /** Types and sends; with `model`, picks that one first. */
  async ask(question: string, model?: string): Promise<void> {
    if (model) await this.model.selectOption(model)
    await this.field.fill(question)
    await this.field.press('Enter')
  }

  /** Waits for the newest answer's end. */
  async answered(count = 1): Promise<void> {
    await expect(this.answers).toHaveCount(count)
    await expect(this.send).toBeVisible()
    await expect(this.signature).toBeVisible()
  }

  /** The text of the newest answer, without what stands below it. */
  async text(): Promise<string> {
    return (await this.answer.locator('.answer').textContent()) ?? ''
  }

  /** Of the conversation that is shown. */
  get conversationId(): string {
    const id = new URL(this.page.url()).pathname.match(/^\/c\/([0-9a-f-]{36})$/)?.[1]
    if (!id) throw new Error(`${this.page.url()} is not a conversation's address`)
    return id
  }

  /** The 32 hex digits in the newest answer's trace link. */
  async traceId(): Promise<string> {
    const href = await this.traceLink.getAttribute('href')
    const id = href?.match(/[0-9a-f]{32}/)?.[0]
    if (!id) throw new Error(`no trace id in ${href}`)
    return id
  }

  /** Begins to collect each state of the newest answer's text; call the result to get them, oldest first. */
  async recordAnswer(): Promise<() => Promise<string[]>> {
    await this.page.evaluate(() => {
      const states: string[] = []
      const look = () => {
        const answer = [...document.querySelectorAll('article .answer')].at(-1)
        const text = answer?.textContent ?? ''
        if (text !== (states.at(-1) ?? '')) states.push(text)
      }
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
      Object.assign(window, { answerStates: states })
    })
    return () => this.page.evaluate(() => (window as unknown as { answerStates: string[] }).answerStates)
  }
}

/** But for the marks of Markdown that go when what they begin is complete. */
export function expectOnlyGrown(states: string[]): void {
  for (const [index, state] of states.entries())
    expect(state.length, `state ${index}`).toBeGreaterThan((states[index - 1]?.length ?? 0) * 0.9 - 3)
}
