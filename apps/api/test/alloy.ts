import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@repo/local-stack/ports'
import { type Sink, startSink } from '@repo/viewer/sink'
import { expect } from 'vitest'

const folders = [process.env.STACK_BIN ?? '', ...(process.env.PATH ?? '').split(path.delimiter)].filter(Boolean)

/** Every Alloy in STACK_BIN and PATH. */
export const alloys = folders.map((folder) => path.join(folder, 'alloy')).filter(existsSync)

/**
 * A real Alloy between `otelcol.receiver.otlp.default` and a sink, `otelcol.exporter.otlphttp.sink`.
 *
 * @param output of the receiver: `traces = [...]`
 * @param parts of the configuration between the two
 */
export async function startAlloy(
  program: string,
  output: string,
  parts: string,
): Promise<{ url: string; admin: string; sink: Sink; stop(): Promise<void> }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'alloy-'))
  const sink = await startSink()
  const port = await freePort()
  const listen = `127.0.0.1:${await freePort()}`
  const admin = `http://${listen}`
  writeFileSync(
    path.join(folder, 'config.alloy'),
    `otelcol.receiver.otlp "default" {
  http { endpoint = "127.0.0.1:${port}" }
  output {
    ${output}
  }
}
${parts}
otelcol.exporter.otlphttp "sink" {
  encoding = "json"
  client {
    endpoint    = "${sink.url}"
    compression = "none"
  }
}
`,
  )
  const flags = [`--storage.path=${folder}`, `--server.http.listen-addr=${listen}`, '--disable-reporting']
  const args = ['run', path.join(folder, 'config.alloy'), '--stability.level=public-preview', ...flags]
  const child = spawn(program, args, { stdio: 'ignore' })
  const stop = async () => {
    child.kill('SIGKILL')
    await sink.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  const ready = async () => (await fetch(`${admin}/-/ready`).catch(() => null))?.ok ?? false
  try {
    await expect.poll(ready, { timeout: 30_000 }).toBe(true)
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `http://127.0.0.1:${port}`, admin, sink, stop }
}
