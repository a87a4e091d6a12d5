import { readdirSync, readFileSync } from 'node:fs'

/** Of Linux: what `/proc` counts in, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100

/** Fields of `/proc/PID/stat`, counted from after the name, which may hold anything. */
const FIELD = { parent: 1, user: 11, system: 12, userOfEnded: 13, systemOfEnded: 14 } as const

/**
 * Processor time of a process and of all below it, those that have ended and were waited for among them: a server's workers
 * count as the server.
 * @param proc for tests
 * @returns seconds, user and system; null when there is no such process
 */
export function cpuSeconds(pid: number, proc = '/proc'): number | null {
  const all = readdirSync(proc).flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const stat = readFileSync(`${proc}/${name}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      const of = (field: keyof typeof FIELD) => Number(fields[FIELD[field]])
      const ticks = of('user') + of('system') + of('userOfEnded') + of('systemOfEnded')
      return [{ pid: Number(name), parent: of('parent'), ticks }]
    } catch {
      return [] // ended meanwhile
    }
  })
  if (!all.some((one) => one.pid === pid)) return null
  const children = Map.groupBy(all, ({ parent }) => parent)
  const sum = (one: number): number =>
    (all.find((process) => process.pid === one)?.ticks ?? 0) +
    (children.get(one) ?? []).reduce((ticks, child) => ticks + sum(child.pid), 0)
  return sum(pid) / TICKS_PER_SECOND
}
