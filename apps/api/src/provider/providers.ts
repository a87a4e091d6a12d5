import { attribute, errorType } from '@repo/telemetry/catalogue'
import { countFallback } from '@repo/telemetry/inference'
import type { Config } from '../config.ts'
import { describeError } from './describe-error.ts'
import type { ServedModel } from './models.ts'
import { Provider } from './provider.ts'
import { isAway, ProviderError } from './provider-error.ts'
import { newReport, type ProviderEvent, type ProviderReport } from './provider-event.ts'
import type { ProviderRequest } from './request/request.ts'

/** How long a server that was not there is asked last. */
const REST_MS = 30_000

/** What may come before an answer that does not come. */
const isPrelude = ({ type }: ProviderEvent) => type === 'notice' || type === 'loading'

/** The servers, each with its own client, and what is done where one of them fails. */
export class Providers {
  readonly #providers: ReadonlyMap<string, Provider>
  /** Until when servers are asked last, by `performance.now()`. */
  readonly #resting = new Map<string, number>()

  constructor(llm: Config['llm']) {
    this.#providers = new Map(llm.servers.map((server) => [server.name, new Provider(server, llm)]))
  }

  /**
   * Streams one model call; where it fails before its first chunk, the next model's.
   * @param chain in the order in which they are asked; servers that did not answer lately are asked last
   * @param report filled while the call runs: the one that answers, or the last one
   * @throws {ProviderError} of the last one, when all of them fail; when one fails that has begun, and when it stalls
   */
  async *stream(
    chain: readonly ServedModel[],
    request: Omit<ProviderRequest, 'model' | 'spare'>,
    report: ProviderReport,
  ): AsyncGenerator<ProviderEvent, void, undefined> {
    const [wanted] = chain
    const order = chain.toSorted((a, b) => Number(this.#rests(a)) - Number(this.#rests(b)))
    let why = 'It did not answer lately.'
    for (const [at, model] of order.entries()) {
      Object.assign(report, newReport())
      const rest = order.slice(at + 1)
      const spare = rest.some(({ server }) => server !== model.server) ? 'server' : rest.length > 0 ? 'model' : null
      try {
        let begun = false
        for await (const event of this.#of(model).stream({ ...request, model, spare }, report)) {
          if (!begun && !isPrelude(event) && model !== wanted) {
            yield { type: 'notice', subject: wanted?.id ?? '', message: `${why} ${model.id} answers instead.` }
            yield { type: 'model', id: model.id }
          }
          begun ||= !isPrelude(event)
          yield event
        }
        return
      } catch (error) {
        const [next] = rest
        if (!(error instanceof ProviderError) || report.ttftMs !== null || request.signal.aborted) throw error
        if (isAway(error) || error.type === errorType.firstChunkTimeout)
          this.#resting.set(model.server.name, performance.now() + REST_MS)
        if (!next) throw error
        why = describeError(error.type).message
        countFallback(model.server.provider, model.name, error.type)
        const reason = { [attribute.errorType]: error.type, ...report.refusal }
        request.log.warn(reason, 'the model %s failed: %s is asked instead', model.id, next.id)
      }
    }
  }

  #rests({ server }: ServedModel): boolean {
    return (this.#resting.get(server.name) ?? 0) > performance.now()
  }

  #of({ server }: ServedModel): Provider {
    return this.#providers.get(server.name) as Provider
  }
}
