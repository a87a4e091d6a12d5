import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { agent, attribute } from '@repo/telemetry/catalogue'
import { ofPrompt } from '@repo/telemetry/turn'
import type { FastifyInstance } from 'fastify'
import { ConfigError } from '../config-error.ts'

const OWN = fileURLToPath(new URL('assistant.md', import.meta.url))
/** More is a mistake: it goes with every question. */
const MOST_BYTES = 200_000
/** Of the 64 of the hash: two prompts of one application will not share them. */
const VERSION_DIGITS = 8

/** What models are told before each conversation is a file, and has a version. */
export async function systemPrompt(
  { log }: FastifyInstance,
  services: { prompt: { text: string; version: string | null } },
): Promise<void> {
  const named = process.env.SYSTEM_PROMPT_FILE
  // As seen from where the command was given: package managers change to the package's own directory.
  const file = named ? path.resolve(process.env.INIT_CWD ?? '', named) : OWN
  const { text, version } = readPrompt(file)
  services.prompt = { text, version }
  ofPrompt.metrics = { [attribute.promptVersion]: version }
  ofPrompt.span = { [attribute.promptName]: agent, ...ofPrompt.metrics }
  log.info(ofPrompt.span, 'the system prompt has version %s', version)
}

/**
 * @returns the text, and the beginning of its file's SHA-256: `sha256sum FILE | cut -c-8` says the same
 * @throws {ConfigError} a sentence that names the variable: there is no such file, or it is no text
 */
export function readPrompt(file: string): { readonly text: string; readonly version: string } {
  const refuse = (why: string) =>
    new ConfigError(
      `SYSTEM_PROMPT_FILE must be a text file in UTF-8, e.g. SYSTEM_PROMPT_FILE=prompt.md; ${file} ${why}`,
    )
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch (error) {
    throw refuse(`cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
  if (bytes.length > MOST_BYTES) throw refuse(`has ${bytes.length} bytes, more than ${MOST_BYTES}`)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes).trim()
  } catch {
    throw refuse('is not in UTF-8')
  }
  if (text === '') throw refuse('is empty')
  return { text, version: createHash('sha256').update(bytes).digest('hex').slice(0, VERSION_DIGITS) }
}
