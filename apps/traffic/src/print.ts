import type { Percentiles, Tally } from './tally.ts'

const TERMINAL_INTERVAL_MS = 500
const PLAIN_INTERVAL_MS = 10_000

/**
 * Shows how the run goes, on stderr: one line that changes on a terminal, else a line every ten seconds.
 * @returns ends it
 */
export function showProgress(tally: Tally): () => void {
  const { stderr } = process
  const started = performance.now()
  const show = () => {
    const { sent, ended, skipped, outcomes, firstTokenMs, mismatched } = tally.summary()
    const line = [
      new Date(performance.now() - started).toISOString().slice(11, 19),
      `${sent} sent, ${sent - ended} running, ${skipped} skipped`,
      `${outcomes.finished?.seen ?? 0} finished, ${mismatched} not as asked`,
      ...(firstTokenMs ? [`first token p50 ${firstTokenMs.p50} ms, p95 ${firstTokenMs.p95} ms`] : []),
    ].join(' · ')
    stderr.write(stderr.isTTY ? `\r\x1b[2K${line.slice(0, stderr.columns - 1)}` : `${line}\n`)
  }
  const timer = setInterval(show, stderr.isTTY ? TERMINAL_INTERVAL_MS : PLAIN_INTERVAL_MS)
  return () => {
    clearInterval(timer)
    if (stderr.isTTY) stderr.write('\r\x1b[2K')
  }
}

type Summary = ReturnType<Tally['summary']> & {
  profile: string
  url: string
  seed: number
  seconds: number
  moved: number
}

/** The summary for people. */
export function format(summary: Summary): string {
  const row = (label: string, ...cells: (string | number)[]) =>
    `  ${label.padEnd(30)}${cells.map((cell) => String(cell).padStart(9)).join('')}`
  const measured = (label: string, values: Percentiles | null) =>
    row(label, ...(values ? Object.values(values).map((ms) => ms.toFixed(1)) : ['none']))
  const { profile, url, seed, sent, seconds, skipped, moved, mismatched } = summary
  return [
    `${sent} turns in ${seconds.toFixed(1)} s (${profile}, ${url}, seed ${seed})`,
    row('outcome', 'asked', 'seen'),
    ...Object.entries(summary.outcomes).map(([name, { asked, seen }]) => row(name, asked, seen)),
    row('ms since the turn was due', 'p50', 'p95', 'p99', 'max'),
    measured('sent', summary.latenessMs),
    measured('first token', summary.firstTokenMs),
    measured('end, if finished', summary.finishedDurationMs),
    ...(skipped > 0 ? [`${skipped} turns were skipped, as too many were under way (--max-in-flight).`] : []),
    ...(moved > 0 ? [`${moved} turns began another conversation, as theirs was still being answered.`] : []),
    ...summary.mismatches.map((mismatch) => `Not as asked: ${JSON.stringify(mismatch)}`),
    mismatched === 0 ? 'Every turn ended as asked.' : `${mismatched} turns did not end as asked.`,
  ].join('\n')
}
