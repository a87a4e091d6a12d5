// Preloaded into the parts of `npm run chaos`, which tells each at a port of its own what is to go wrong inside of it.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface Look {
  readonly pid: number
  readonly heapBytes: number
  readonly rssBytes: number
  /** Sockets, timers and the like, by kind. */
  readonly resources: Record<string, number>
}

const { CHAOS_FOLDER, CHAOS_PARENT } = process.env
const PIECE = 10_000
/** What V8's limit has beside that. */
const YOUNG_BYTES = 192 * 2 ** 20
let shiftMs = 0
let filled: unknown[] = []

/** All of JavaScript's clock, but not the monotonic one, as when a machine's clock is set. */
function shiftClock(): void {
  const real = Date
  globalThis.Date = new Proxy(real, {
    construct: (target, args, made) => Reflect.construct(target, args.length > 0 ? args : [real.now() + shiftMs], made),
    get: (target, name) => (name === 'now' ? () => real.now() + shiftMs : Reflect.get(target, name)),
  })
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc')
  for (let i = 0; i < 2; i++) runInNewContext('gc')()
}

const actions: Record<string, (value: number) => unknown> = {
  clock: (ms) => {
    shiftMs = ms
  },
  block: (ms) => {
    for (const until = performance.now() + ms; performance.now() < until; );
  },
  /** Until this share of the heap is used by what lives on; more than 1: until the process dies of it. */
  fill: (share) => {
    const most = share * (getHeapStatistics().heap_size_limit - YOUNG_BYTES)
    collectGarbage()
    // At once as long as they are: what would be garbage in between is not to be collected again and again.
    while (getHeapStatistics().used_heap_size < most) filled.push(new Array(PIECE).fill(1.5))
    collectGarbage() // as V8 does before long
  },
  empty: () => {
    filled = []
    collectGarbage()
  },
  look: (): Look => {
    collectGarbage()
    const { heapUsed, rss } = process.memoryUsage()
    const kinds = Map.groupBy(process.getActiveResourcesInfo(), (kind) => kind)
    const resources = Object.fromEntries([...kinds].map(([kind, all]) => [kind, all.length]))
    return { pid: process.pid, heapBytes: heapUsed, rssBytes: rss, resources }
  },
}

if (CHAOS_FOLDER && process.ppid === Number(CHAOS_PARENT)) {
  shiftClock()
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.once('data', (data) => {
      const { action, value } = JSON.parse(String(data))
      // Told first: what is blocked, or dies, cannot.
      if (action === 'look' || action === 'empty') socket.end(JSON.stringify(actions[action]?.(value) ?? {}))
      else socket.end('{}', () => setImmediate(() => actions[action]?.(value)))
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    const file = path.join(CHAOS_FOLDER, path.basename(process.cwd()))
    if (address && typeof address === 'object') writeFileSync(file, String(address.port))
  })
  server.unref()
}
