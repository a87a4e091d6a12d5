import { randomUUID } from 'node:crypto'
import type { MessageMetadata } from '@repo/contract/message'
import type { Model } from '@repo/contract/model'
import { get, getJson } from '@repo/stores/http'
import { ask } from '@repo/stores/turn'
import type { Check } from './check.ts'

/** The turn that is followed through the pipeline. Its question means nothing to anybody. */
export interface Canary {
  readonly conversationId: string
  /** Empty until the turn has been made; the checks that follow it then say so. */
  metadata: MessageMetadata | undefined
  /** Milliseconds of the epoch at which the turn ended. */
  endedAt: number
}

export const newCanary = (): Canary => ({ conversationId: randomUUID(), metadata: undefined, endedAt: 0 })

/** @throws when there is no turn to follow, or it has no trace */
export function traceIdOf({ metadata }: Canary): string {
  if (!metadata) throw new Error('there is no turn to look for: it failed above')
  if (!metadata.traceId) throw new Error('the turn has no trace id: telemetry is off (OTEL_SDK_DISABLED) in the API')
  return metadata.traceId
}

/** What to look at when a turn of this provider failed. */
const modelHint = (provider: string) =>
  provider === 'mock'
    ? 'Is the mock up? `docker compose ps mock-llm`, or .data/logs/mock.log. Its address is OPENAI_BASE_URL of the API.'
    : `The API asked "${provider}", not the mock. What it answered is in the API's log: \`docker compose logs api\`, or ` +
      '.data/logs/api.log. OPENAI_BASE_URL, OPENAI_API_KEY and LLM_MODEL of the API say what is asked for and where.'

/** The application itself: web app, API, database, model. */
export function applicationChecks({ web, api }: { web: string; api: string }, canary: Canary): Check[] {
  let provider = 'mock'
  return [
    {
      name: 'web app',
      hint: 'Start it with `npm run demo` or `docker compose up`; WEB_URL names another address.',
      run: async () => {
        await get(`${web}/`)
        return `answers at ${web}`
      },
    },
    {
      name: 'API',
      hint: 'Look at its log: .data/logs/api.log, or `docker compose logs api`; API_URL names another address.',
      run: async () => {
        await get(`${api}/health`)
        return `answers at ${api}`
      },
    },
    {
      name: 'database',
      needs: ['API'],
      hint: 'Is PostgreSQL up (`docker compose ps postgres`), and DATABASE_URL of the API right?',
      run: async () => {
        await get(`${api}/ready`)
        return 'answers the API'
      },
    },
    {
      name: 'model',
      needs: ['web app', 'API', 'database'],
      hint: () => modelHint(provider),
      run: async () => {
        const models = await getJson<Model[]>(`${api}/api/models`)
        provider = models.find((one) => one.default)?.provider ?? provider
        const metadata = await ask(web, { text: 'Hello', conversationId: canary.conversationId })
        canary.metadata = metadata
        canary.endedAt = Date.now()
        const { outcome, error, costUsd, usage, ttftMs, model } = metadata
        if (outcome !== 'finished')
          throw new Error(`the turn ended as ${outcome}: ${error?.message ?? 'no reason given'}`)
        const tokens = usage ? `${usage.outputTokens} tokens` : 'unknown tokens'
        const cost = costUsd === null ? 'unknown cost' : `$${costUsd}`
        return `${model} (${provider}): ${Math.round(ttftMs ?? 0)} ms to first token, ${tokens}, ${cost}`
      },
    },
  ]
}
