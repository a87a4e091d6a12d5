import { fromFirstQuestion, type Remember } from '../chat/prompt.ts'
import type { Config } from '../config.ts'
import type { Pool } from '../db/database.ts'
import type { HistoryMessage } from '../db/messages.ts'
import type { StoredPart } from '../db/stored-parts.ts'
import type { Toolbox } from '../extension-points/tools.ts'
import type { Models } from '../provider/models.ts'

interface Services {
  readonly config: Config
  readonly pool: Pool
  readonly models: Models
  readonly toolbox: Toolbox
  readonly prompt: { readonly text: string }
  remember: Remember
}

const DEPTH = `
  with recursive path as (
    select parent_id from message where id = $1
    union all
    select message.parent_id from message join path on message.id = path.parent_id
  )
  select count(*)::int as depth from path`

/** What goes to a model fits into its context window, where that is known, and the answer tells how much did not. */
export async function contextWindow(_app: unknown, services: Services): Promise<void> {
  const { config, pool, models } = services
  services.remember = async (path, { id, model, isWhole }) => {
    const history = remembered(path, config.maxContextMessages, roomFor(model))
    // Nothing fails for the want of a count.
    const before = isWhole ? path.length : await depth(id).catch(() => path.length)
    return { history, leftOut: before - history.length }
  }

  /** Tokens that there are for the conversation: the window, without the longest answer, instructions and tools. */
  function roomFor(model: string): number | null {
    const window = models.contextWindow(model)
    if (window === null) return null
    const tools = [...services.toolbox.tools().values()]
    const described = tools.map(({ name, description, inputSchema }) => [name, description, inputSchema])
    const instructions = Math.max(INSTRUCTIONS_BYTES, Buffer.byteLength(services.prompt.text))
    const overhead = instructions + Buffer.byteLength(JSON.stringify(described))
    return window - config.llm.maxOutputTokens - Math.ceil(overhead / 2)
  }

  /** How many messages the path to this one has, with it. */
  async function depth(id: string): Promise<number> {
    const { rows } = await pool.query<{ depth: number }>({ name: 'depth', text: DEPTH, values: [id] })
    return rows[0]?.depth ?? 0
  }
}

/** At least, of those that go with every question. */
const INSTRUCTIONS_BYTES = 1000
/** What a server's template puts around a message. */
const TOKENS_AROUND = 8
/** Of a picture whose size is not known. */
const PICTURE_TOKENS = 1600

/**
 * The newest of a conversation that a model is sent: whole exchanges, a question with all that answers it, and the newest
 * question in any case.
 *
 * @param path oldest first, up to the question
 * @param room in tokens, as `tokensIn` counts them; null: nothing is known of it
 */
export function remembered(
  path: readonly HistoryMessage[],
  maxMessages: number,
  room: number | null,
): readonly HistoryMessage[] {
  const newest = fromFirstQuestion(path.slice(-maxMessages))
  if (room === null) return newest
  let from = newest.length
  let tokens = 0
  for (let at = newest.length - 1; at >= 0; at--) {
    const message = newest[at] as HistoryMessage
    tokens += tokensOf(message.parts)
    if (message.role !== 'user') continue
    if (tokens > room && from < newest.length) break
    from = at
  }
  return newest.slice(from)
}

/**
 * How many tokens a text is at most, without the model's tokenizer: one for every byte, and half of one for small Latin
 * letters and spaces. Prose and code have 0.4 to 0.5 of that, Chinese 0.2 to 0.6, random base64 up to 0.97, rare
 * characters and Burmese nearly all (o200k, cl100k and p50k, counted); only spaces between line feeds have more.
 */
export function tokensIn(text: string): number {
  let halves = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 32 || (code > 96 && code < 123)) halves++
  }
  return Buffer.byteLength(text) - Math.floor(halves / 2)
}

/** As they are sent: thoughts go only with calls of tools. */
function tokensOf(parts: readonly StoredPart[]): number {
  const withThoughts = parts.some(({ type }) => type === 'dynamic-tool')
  return parts.reduce((sum, part) => {
    if (part.type === 'file') return sum + Number(part.providerMetadata?.chat?.tokens ?? PICTURE_TOKENS)
    if (part.type === 'text') return sum + tokensIn(part.text)
    if (part.type === 'reasoning') return sum + (withThoughts ? tokensIn(part.text) : 0)
    return part.type === 'dynamic-tool' || part.type === 'data-kept' ? sum + tokensIn(JSON.stringify(part)) : sum
  }, TOKENS_AROUND)
}
