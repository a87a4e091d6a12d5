import type { ChunkWatch, ProviderFeature } from '../provider-feature.ts'
import { type Fields, listOf, nameOf, recordOf } from '../unknown-values.ts'

const MOST = 100
const LONGEST_URL = 2048

/** The pages that an answer is based on: in `citations`, `search_results` and `annotations`, as Perplexity, xAI, OpenAI and OpenRouter have them. */
export const sources: ProviderFeature = { chunks: () => new Sources() }

class Sources implements ChunkWatch {
  readonly #titles = new Map<string, string | null>()

  chunk(outer: Fields, message: Fields | null): void {
    if (!outer.citations && !outer.search_results && !message?.annotations && !message?.citations) return
    const titled = listOf(outer.search_results)
    for (const one of [outer.citations, titled, message?.citations, message?.annotations].flatMap(listOf)) {
      const part = recordOf(one)
      const found = recordOf(part?.url_citation) ?? part
      const url = urlOf(typeof one === 'string' ? one : (found?.url ?? found?.uri ?? found?.link))
      if (!url || this.#titles.get(url) || this.#titles.size >= MOST) continue
      const named = found ?? recordOf(titled.find((result) => recordOf(result)?.url === one))
      this.#titles.set(url, nameOf(named?.title))
    }
  }

  end() {
    return [...this.#titles].map(([url, title]) => ({ type: 'source' as const, url, title }))
  }
}

/** A link that a page may show. */
function urlOf(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST_URL || !/^https?:\/\//i.test(value)) return null
  const url = URL.parse(value)
  return url && url.username === '' ? url.href : null
}
