/** The share that lies in the interval in 19 of 20 samples. */
const Z_95 = 1.959964

/**
 * Wilson's interval of a share, 95 %: it stays between 0 and 1, and is honest also where all passed or none did, and with few
 * answers. Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of the
 * American Statistical Association 22 (1927), 209-212; preferred for small n by Brown, Cai and DasGupta, "Interval
 * estimation for a binomial proportion", Statistical Science 16 (2001), 101-133.
 * @param share from 0 to 1
 * @param n how many it is of, more than 0; need not be whole
 */
export function wilson(share: number, n: number, z = Z_95): readonly [low: number, high: number] {
  const middle = share + z ** 2 / (2 * n)
  const half = z * Math.sqrt((share * (1 - share)) / n + z ** 2 / (4 * n ** 2))
  const whole = 1 + z ** 2 / n
  return [Math.max(0, (middle - half) / whole), Math.min(1, (middle + half) / whole)]
}

/**
 * How many independent answers these are worth: a question that is asked three times says less than three questions. The
 * variance of the share is that of means of groups, as E. Miller has it for repeats in "Adding error bars to evals" (2024,
 * arXiv:2411.00640, clustered standard errors); n is the one with which simple sampling would have it.
 * @param groups of each question, which of its answers passed
 * @returns from the number of questions to that of answers; the first where all went alike, which tells nothing of repeats
 */
export function independent(groups: readonly (readonly boolean[])[]): number {
  const all = groups.flat()
  const share = all.filter(Boolean).length / all.length
  if (share === 0 || share === 1 || groups.length < 2) return groups.length
  const squares = groups.map((group) => group.reduce((sum, passed) => sum + Number(passed) - share, 0) ** 2)
  const variance =
    (squares.reduce((sum, one) => sum + one, 0) / all.length ** 2) * (groups.length / (groups.length - 1))
  return Math.min(all.length, Math.max(groups.length, (share * (1 - share)) / variance))
}
