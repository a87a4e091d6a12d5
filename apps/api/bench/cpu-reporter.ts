// Preloaded into each measured process: answers the bench with its CPU time and memory, and profiles it when asked to.
import { writeFile } from 'node:fs/promises'
import { Session } from 'node:inspector/promises'
import { performance } from 'node:perf_hooks'

let profiler: Session | undefined

process.on('message', async ({ profile }: { profile?: string }) => {
  if (profile === 'start') {
    profiler = new Session()
    profiler.connect()
    await profiler.post('Profiler.enable')
    await profiler.post('Profiler.setSamplingInterval', { interval: 200 })
    await profiler.post('Profiler.start')
  } else if (profile) {
    const stopped = await profiler?.post('Profiler.stop')
    await writeFile(profile, JSON.stringify(stopped?.profile))
  }
  const { user, system } = process.cpuUsage()
  process.send?.({
    cpuMs: (user + system) / 1000,
    rssBytes: process.memoryUsage.rss(),
    startedMs: performance.timeOrigin,
  })
})
process.channel?.unref()
