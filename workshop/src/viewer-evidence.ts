import { getJson } from '@repo/stores/http'
import type { Evidence, SeenSpan } from './evidence.ts'

interface Row {
  readonly timeMs: number
  readonly turns: number
  readonly calls: number
  readonly unpricedCalls: number
  readonly outputTokens: number | null
}
interface Board {
  readonly models: { readonly model: string; readonly ttftP95: number | null }[]
  readonly steps: readonly Row[]
}
interface Turns {
  readonly rows: { readonly outcome: string | null; readonly startMs: number; readonly durationMs: number }[]
}

/** What the viewer of the demo says. */
export function viewerEvidence(viewer: string): Evidence {
  const board = (since: number) => {
    const minutes = Math.min(60, Math.max(1, Math.ceil((Date.now() - since) / 60_000)))
    return getJson<Board>(`${viewer}/api/board?minutes=${minutes}`)
  }
  return {
    stores: null,
    async firstTokens(since) {
      const { models } = await board(since)
      return new Map(models.flatMap(({ model, ttftP95 }) => (ttftP95 === null ? [] : [[model, ttftP95]])))
    },
    async figures(from, to) {
      const steps = (await board(from)).steps.filter(({ timeMs }) => timeMs >= from && timeMs < to)
      const sum = (of: (row: Row) => number | null) => steps.reduce((all, row) => all + (of(row) ?? 0), 0)
      return {
        turns: sum(({ turns }) => turns),
        calls: sum(({ calls }) => calls),
        unpriced: sum(({ unpricedCalls }) => unpricedCalls),
        outputTokens: sum(({ outputTokens }) => outputTokens),
      }
    },
    async cutAfter(since) {
      const { rows } = await getJson<Turns>(`${viewer}/api/traces?turns=1&q=connection_error`)
      const cut = rows.filter(({ outcome, startMs }) => outcome === 'truncated' && startMs >= since)
      const total = cut.reduce((sum, { durationMs }) => sum + durationMs, 0)
      return cut.length > 0 ? total / cut.length / 1000 : null
    },
    trace: async (id) => (await getJson<{ spans: SeenSpan[] }>(`${viewer}/api/traces/${id}`)).spans,
  }
}
