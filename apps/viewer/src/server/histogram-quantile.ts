/**
 * Estimates a quantile from the buckets of an explicit-bounds histogram, as Prometheus does: linear within the bucket
 * that holds the rank, the first bucket starting at 0, the last bound for anything beyond it.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
 *
 * @param q 0 to 1
 * @param bounds ascending upper bounds
 * @param counts one more than bounds, each bucket's own count (not cumulative)
 * @returns in the bounds' unit; null without observations
 */
export function histogramQuantile(q: number, bounds: readonly number[], counts: readonly number[]): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0 || bounds.length === 0) return null
  const rank = q * total
  let below = 0
  for (const [i, upper] of bounds.entries()) {
    const count = counts[i] ?? 0
    if (below + count >= rank && count > 0) {
      const lower = bounds[i - 1] ?? 0
      return i === 0 && upper <= 0 ? upper : lower + ((upper - lower) * (rank - below)) / count
    }
    below += count
  }
  return bounds.at(-1) ?? null
}
