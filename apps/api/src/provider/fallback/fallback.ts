import { attribute, errorType } from '@repo/telemetry/catalogue'
import { countFallback } from '@repo/telemetry/inference'
import { describeError } from '../describe-error.ts'
import type { ServedModel } from '../models.ts'
import { isAway, ProviderError } from '../provider-error.ts'
import { newReport, type ProviderEvent } from '../provider-event.ts'
import type { Ask } from '../providers.ts'

/** Another model is asked where one fails before its first chunk. */
export async function fallback(_app: unknown, services: { ask: Ask }): Promise<void> {
  services.ask = withFallback(services.ask)
}

/** How long a server that was not there is asked last. */
const REST_MS = 30_000

/** What may come before an answer that does not come. */
const isPrelude = ({ type }: ProviderEvent) => type === 'notice' || type === 'loading'

/** Servers that did not answer lately are asked last. */
function withFallback(ask: Ask): Ask {
  /** Until when, by `performance.now()`. */
  const resting = new Map<string, number>()
  return async function* (chain, request, report) {
    const [wanted] = chain
    const rests = ({ server }: ServedModel) => (resting.get(server.name) ?? 0) > performance.now()
    const order = chain.toSorted((a, b) => Number(rests(a)) - Number(rests(b)))
    let why = 'It did not answer lately.'
    for (const [at, model] of order.entries()) {
      Object.assign(report, newReport())
      const rest = order.slice(at + 1)
      const spare = rest.some(({ server }) => server !== model.server) ? 'server' : rest.length > 0 ? 'model' : null
      try {
        let begun = false
        for await (const events of ask([model], { ...request, spare }, report)) {
          const first: number = begun ? -1 : events.findIndex((event) => !isPrelude(event))
          begun ||= first >= 0
          if (first < 0 || model === wanted) yield events
          else {
            const message = `${why} ${model.id} answers instead.`
            const notice = { type: 'notice', subject: wanted?.id ?? '', message } as const
            yield events.toSpliced(first, 0, notice, { type: 'model', id: model.id })
          }
        }
        return
      } catch (error) {
        const [next] = rest
        if (!(error instanceof ProviderError) || report.ttftMs !== null || request.signal.aborted) throw error
        if (isAway(error) || error.type === errorType.firstChunkTimeout)
          resting.set(model.server.name, performance.now() + REST_MS)
        if (!next) throw error
        why = describeError(error.type).message
        countFallback(model.server.provider, model.name, error.type)
        const reason = { [attribute.errorType]: error.type, ...report.refusal }
        request.log.warn(reason, 'the model %s failed: %s is asked instead', model.id, next.id)
      }
    }
  }
}
