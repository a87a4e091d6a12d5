import { setTimeout as sleep } from 'node:timers/promises'
import { context } from '@opentelemetry/api'
import { suppressTracing } from '@opentelemetry/core'
import { modelSchema } from '@repo/contract/model'
import { z } from 'zod'
import { UsageError } from './options.ts'

const POLL_MS = 500
const REQUEST_TIMEOUT_MS = 5000

/** Load on a paid provider is a bill. */
export class PaidProviderError extends UsageError {}

/**
 * Asks the chat for the ids of its models, outside of any trace and until it answers.
 * @throws {PaidProviderError} unless every model is the mock's
 * @throws {UsageError} when it does not answer in time
 */
export async function offeredModels(url: string, waitMs: number, signal: AbortSignal): Promise<string[]> {
  const deadline = performance.now() + waitMs
  for (;;) {
    const models = await context.with(suppressTracing(context.active()), () => request(url))
    if (typeof models !== 'string') {
      const others = models.map(({ provider }) => provider).filter((provider) => provider !== 'mock')
      if (models.length > 0 && others.length === 0) return models.map(({ id }) => id)
      const reason = others[0] ? `The chat's provider is "${others[0]}"` : 'The chat offers no model'
      throw new PaidProviderError(
        `${reason}; traffic goes to the mock model only. Start the chat without OPENAI_API_KEY and OPENAI_BASE_URL.`,
      )
    }
    if (signal.aborted || performance.now() + POLL_MS > deadline) {
      throw new UsageError(`The chat at ${url} does not answer (${models}). Start it, or give its address with --url.`)
    }
    await sleep(POLL_MS, undefined, { signal }).catch(() => {})
  }
}

/** The models, or why there are none. */
async function request(url: string) {
  try {
    const response = await fetch(new URL('/api/models', url), { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })
    if (!response.ok) return `GET /api/models: ${response.status}`
    return z.array(modelSchema.pick({ id: true, provider: true })).parse(await response.json())
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError) return 'GET /api/models: not a list of models'
    return ((error as Error).cause as NodeJS.ErrnoException)?.code ?? (error as Error).message
  }
}
