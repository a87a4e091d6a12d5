// Preloaded into each measured process: answers the bench with its CPU time and memory.
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system, rssBytes: process.memoryUsage.rss() })
})
process.channel?.unref()
