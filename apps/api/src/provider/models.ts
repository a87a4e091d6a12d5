import type { Model } from '@repo/contract/model'
import type { Config } from '../config.ts'
import type { Prices, PricesOf } from '../extension-points/prices.ts'
import type { LlmModel, LlmServer } from '../llm-servers.ts'

/** A model with its server, and with what that takes for it. */
export interface ServedModel extends LlmModel {
  /** False: it takes no pictures, as is configured or as it has said. */
  images: boolean
  readonly server: LlmServer
  readonly prices: Prices
}

/** All models that may be asked, whichever server has them. */
export class Models {
  readonly #models = new Map<string, ServedModel>()
  readonly #llm: Config['llm']
  readonly #windows = new Map<string, number>()

  /** @param pricesOf asked when a price is wanted, not before */
  constructor(llm: Config['llm'], pricesOf: PricesOf) {
    this.#llm = llm
    for (const server of llm.servers) {
      for (const model of server.models) {
        const prices = { get: () => pricesOf(server), enumerable: true }
        this.#models.set(model.id, Object.defineProperty({ ...model, server }, 'prices', prices) as ServedModel)
      }
    }
  }

  get(id: string): ServedModel {
    const model = this.#models.get(id)
    if (!model) throw new Error(`there is no model ${id}`)
    return model
  }

  /** Whether there is but one. */
  get single(): boolean {
    return this.#models.size === 1
  }

  /** The model, then those that are asked where it fails before its first chunk. */
  chain(id: string): ServedModel[] {
    return [...new Set([id, ...this.#llm.fallbackModels])].map((one) => this.get(one))
  }

  /** Tokens of the smallest context window of those that may answer, of those that are known; null: none is. */
  contextWindow(id: string): number | null {
    const known = this.chain(id).flatMap((model) => this.#windowOf(model) ?? [])
    return known.length > 0 ? Math.min(...known) : null
  }

  #windowOf({ id, name, contextWindow, prices }: ServedModel): number | null {
    const window = contextWindow ?? this.#windows.get(id) ?? prices.listing(name).contextWindow
    if (window) this.#windows.set(id, window)
    return window
  }

  /** As `GET /api/models` tells. */
  list(): Model[] {
    return this.#llm.models.map((id) => {
      const model = this.get(id)
      const { name, server, prices, images } = model
      const listing = prices.listing(name)
      return {
        id,
        provider: server.provider,
        priced: prices.source(name, server.provider) !== null,
        default: id === this.#llm.defaultModel,
        images,
        ...listing,
        contextWindow: this.#windowOf(model),
      }
    })
  }

  /** All that can be asked. */
  all(): ServedModel[] {
    return [...this.#models.values()]
  }
}
