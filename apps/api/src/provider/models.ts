import type { Model } from '@repo/contract/model'
import type { CountedModel } from '@repo/telemetry/zero-counters'
import type { Config } from '../config.ts'
import type { LlmModel, LlmServer } from '../llm-servers.ts'
import { PriceTable } from '../prices/price.ts'
import { type Prices, priceProvider, pricesOf } from '../prices/price-file.ts'

/** A model with its server, and with what that takes for it. */
export interface ServedModel extends LlmModel {
  readonly server: LlmServer
  readonly prices: PriceTable
}

/** All models that may be asked, whichever server has them. */
export class Models {
  readonly #models = new Map<string, ServedModel>()
  readonly #llm: Config['llm']

  /** @throws {ConfigError} for a price that is none */
  constructor(llm: Config['llm'], prices: Prices) {
    this.#llm = llm
    for (const server of llm.servers) {
      const table = new PriceTable(server.baseUrl, priceProvider(pricesOf(server, prices)))
      for (const model of server.models) this.#models.set(model.id, { ...model, server, prices: table })
    }
  }

  get(id: string): ServedModel {
    const model = this.#models.get(id)
    if (!model) throw new Error(`there is no model ${id}`)
    return model
  }

  /** The model, then those that are asked where it fails before its first chunk. */
  chain(id: string): ServedModel[] {
    return [...new Set([id, ...this.#llm.fallbackModels])].map((one) => this.get(one))
  }

  /** As `GET /api/models` tells. */
  list(): Model[] {
    return this.#llm.models.map((id) => {
      const { name, server, prices, contextWindow } = this.get(id)
      const listing = prices.listing(name)
      return {
        id,
        provider: server.provider,
        priced: prices.source(name, server.provider) !== null,
        default: id === this.#llm.defaultModel,
        ...listing,
        contextWindow: contextWindow ?? listing.contextWindow,
      }
    })
  }

  /** Those whose counters begin with 0: all that can be asked. */
  counted(): CountedModel[] {
    return [...this.#models.values()].map(({ id, name, server: { provider }, prices }) => ({
      provider,
      model: name,
      turnModel: id,
      costSource: prices.source(name, provider),
    }))
  }
}
