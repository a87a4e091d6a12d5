import { createHash } from 'node:crypto'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChatCompletionRequest, Fixture, FixtureResponse, LLMock } from '@copilotkit/aimock'
import { costUsd, type Usage } from '../models.ts'
import { charsPerToken } from '../usage.ts'
import { type Fault, parseFault } from './fault.ts'

/** An answer of the mock's own, as far as a fault changes it. */
interface Said {
  content?: string
  toolCalls?: { name: string; arguments: string }[]
  usage?: Usage & { cost?: number }
}

const tooMany = { status: 429, error: { message: 'Too many requests to the mock provider (workshop).' }, retryAfter: 1 }

/**
 * Makes the mock fail as `PUT /workshop/fault` says, from one time to another. `GET` tells the fault, `DELETE` ends it.
 *
 * @param fixtures all that it answers; changed in place
 */
export function addFaults(server: LLMock, fixtures: Fixture[]): void {
  let fault: Fault | null = null
  let draws = 0

  /** The fault of this moment, if it is one of this model. */
  function active(model = fault?.model): Fault | null {
    if (!fault || Date.now() < fault.from || Date.now() >= fault.until) return null
    return !fault.model || fault.model === model ? fault : null
  }
  /** By the seed: the same requests in the same order are hit again. */
  function hit(share = 0): boolean {
    const hash = createHash('sha1').update(`${fault?.seed}:${draws++}`).digest()
    return hash.readUInt32BE() / 2 ** 32 < share
  }

  for (const [index, fixture] of fixtures.entries()) {
    const { response } = fixture
    const respond = async (request: ChatCompletionRequest) => {
      const answer = typeof response === 'function' ? await response(request) : response
      const now = active(request.model)
      if (!now) return answer
      if (now.refused && hit(now.refused)) return tooMany
      if (now.delayMs) await sleep(now.delayMs)
      return changed(request, answer as Said, now) as FixtureResponse
    }
    fixtures[index] = { ...fixture, response: respond }
  }

  function changed(request: ChatCompletionRequest, said: Said, now: Fault): Said {
    if (!said.usage) return said
    const { cost: _, ...usage } = said.usage
    const content = said.content && now.longer ? longer(said.content, now.longer) : said.content
    const more = ((content?.length ?? 0) - (said.content?.length ?? 0)) / charsPerToken
    const told: Usage = {
      ...usage,
      completion_tokens: usage.completion_tokens + Math.ceil(more),
      prompt_tokens_details: { ...usage.prompt_tokens_details, ...(now.uncached && { cached_tokens: 0 }) },
    }
    const cost = now.unpriced ? null : costUsd(request.model, told)
    const garbled =
      now.unreadable && hit(now.unreadable)
        ? said.toolCalls?.map((call) => ({ ...call, arguments: call.arguments.slice(0, -2) }))
        : undefined
    return {
      ...said,
      ...(content !== undefined && { content }),
      ...(garbled && { toolCalls: garbled }),
      usage: { ...told, ...(cost !== null && { cost }) },
    }
  }

  server.mount('/api/v1/chat/completions', {
    async handleRequest(_request, response) {
      const timer = setTimeout(() => response.destroy(), active()?.cutAfterMs ?? 2 ** 31 - 1)
      response.once('close', () => clearTimeout(timer))
      return false
    },
  })
  server.mount('/workshop/fault', {
    async handleRequest(request, response) {
      try {
        if (request.method === 'PUT') fault = parseFault(await text(request))
        if (request.method === 'DELETE') fault = null
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(fault))
      } catch (error) {
        response.writeHead(400, { 'content-type': 'text/plain' }).end((error as Error).message)
      }
      return true
    },
  })
}

const longer = (content: string, times: number) =>
  Array(Math.ceil(times))
    .fill(content)
    .join('\n\n')
    .slice(0, Math.round(content.length * times))
