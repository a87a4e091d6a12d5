import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What the images that `docker compose build` made take on disk, and how much of that are our own layers. */
export async function imageSizes(): Promise<string> {
  const sizes: string[] = []
  for (const service of ['api', 'web']) {
    const format = '{{.Size}}'
    const found = await run('docker', ['image', 'inspect', `lgtm-chat-${service}`, '--format', format]).catch(
      (error) => error,
    )
    if (found.code === 'ENOENT') return 'skipped, there is no docker here'
    const layers = await run('docker', [
      'history',
      '--format',
      '{{.Size}} {{.Comment}}',
      '--human=false',
      `lgtm-chat-${service}`,
    ]).catch(() => null)
    const own = layers?.stdout
      .split('\n')
      .filter((line) => line.includes('buildkit'))
      .map((line) => Number.parseInt(line, 10))
    const mb = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`
    if (!own) sizes.push(`${service}: skipped, there is no image lgtm-chat-${service} (docker compose build)`)
    else
      sizes.push(
        `${service}: ${mb(Number(found.stdout))}, of that ours ${mb(own.reduce((sum, size) => sum + size, 0))}`,
      )
  }
  return sizes.join('; ')
}
