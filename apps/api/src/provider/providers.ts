import type { Config } from '../config.ts'
import type { ServedModel } from './models.ts'
import { Provider } from './provider.ts'
import type { ProviderEvent, ProviderReport } from './provider-event.ts'
import type { ProviderRequest } from './request/request.ts'

export type AskedFor = Omit<ProviderRequest, 'model' | 'spare'> & Partial<Pick<ProviderRequest, 'spare'>>

/**
 * Streams one model call: what each network read brings of it.
 * @param chain the model that is asked for, then those that may be asked where it fails
 * @param report filled while the call runs: the one that answers, or the last one
 * @throws {ProviderError} when the call fails, and when it stalls
 */
export type Ask = (
  chain: readonly ServedModel[],
  request: AskedFor,
  report: ProviderReport,
) => AsyncGenerator<readonly ProviderEvent[], void, undefined>

/** Each server has its own client. */
export function askProviders(llm: Config['llm']): Ask {
  const providers = new Map(llm.servers.map((server) => [server.name, new Provider(server, llm)]))
  return ([model], request, report) => {
    const provider = model && providers.get(model.server.name)
    if (!provider) throw new Error('there is no such model')
    return provider.stream({ spare: null, ...request, model }, report)
  }
}
