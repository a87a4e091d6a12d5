// Other projects that do the same, for comparison: installed into a folder outside of this tree, and left out, by name,
// where they cannot be.
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '@repo/local-stack/ports'
import { ask, type Target } from './load.ts'
import type { Candidate } from './measure.ts'
import { end, startProgram } from './process.ts'

const run = promisify(execFile)
const chosen = process.env.BENCH_PEERS
const home = chosen || path.join(homedir(), '.cache/lgtm-chat-bench')
const python = path.join(home, 'python')

interface Peer {
  readonly name: string
  install(): Promise<void>
  /** The program, what it is given, and how it is asked. */
  start(
    port: number,
    upstreamUrl: string,
    collectorUrl: string,
  ): Promise<[command: string, args: string[], env: Record<string, string>, ask: Partial<Target>]>
}

const question = { model: 'bench', stream: true, messages: [{ role: 'user', content: 'Hello' }] }
const completions = { path: '/v1/chat/completions', body: JSON.stringify(question) }

const fastapi = (name: string, packages: string[], command: string[]): Peer => ({
  name,
  install: () => pip(['fastapi', 'uvicorn', 'openai', ...packages]),
  start: async (port, upstreamUrl, collectorUrl) => {
    const [program = '', ...before] = command
    const app = ['fastapi_app:app', '--app-dir', import.meta.dirname, '--port', String(port), '--log-level', 'warning']
    const env = {
      OPENAI_BASE_URL: upstreamUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    }
    return [path.join(python, 'bin', program), [...before, ...app], env, { body: '{}' }]
  },
})

const peers: Peer[] = [
  {
    name: 'Portkey gateway',
    install: async () => {
      const folder = path.join(home, 'portkey')
      await mkdir(folder, { recursive: true })
      // As it comes from npm, every stream is a 500: it was built with an older hono.
      const overrides = { hono: '4.9.7', '@hono/node-server': '1.8.2' }
      const manifest = { private: true, dependencies: { '@portkey-ai/gateway': '*' }, overrides }
      await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest))
      await run('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder })
    },
    start: async (port, upstreamUrl) => {
      const server = path.join(home, 'portkey/node_modules/@portkey-ai/gateway/build/start-server.js')
      const headers = {
        'x-portkey-provider': 'openai',
        'x-portkey-custom-host': upstreamUrl,
        authorization: 'Bearer bench',
      }
      return [
        process.execPath,
        [server, `--port=${port}`, '--headless'],
        { NODE_ENV: 'production' },
        { ...completions, headers },
      ]
    },
  },
  fastapi('FastAPI', [], ['uvicorn']),
  fastapi(
    'FastAPI + OpenTelemetry',
    [
      'opentelemetry-distro',
      'opentelemetry-exporter-otlp-proto-http',
      'opentelemetry-instrumentation-fastapi',
      'opentelemetry-instrumentation-httpx',
      'opentelemetry-instrumentation-logging',
    ],
    ['opentelemetry-instrument', 'uvicorn'],
  ),
  {
    name: 'LiteLLM proxy',
    install: () => pip(['litellm[proxy]']),
    start: async (port, upstreamUrl) => {
      const file = path.join(home, 'litellm.json') // JSON is YAML
      const parameters = { model: 'openai/bench', api_base: upstreamUrl, api_key: 'bench' }
      await writeFile(file, JSON.stringify({ model_list: [{ model_name: 'bench', litellm_params: parameters }] }))
      return [
        path.join(python, 'bin/litellm'),
        ['--config', file, '--port', String(port)],
        { HOME: home, LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY: 'true' },
        completions,
      ]
    },
  },
]

async function pip(packages: string[]): Promise<void> {
  if (!existsSync(python)) await run('python3', ['-m', 'venv', python])
  await run(path.join(python, 'bin/pip'), ['install', '--quiet', ...packages])
}

/** Those that can be installed and started. Linux only: a program's CPU time is read from /proc. */
export async function startPeers(
  upstreamUrl: string,
  collectorUrl: string,
): Promise<(Candidate & { stop(): Promise<void> })[]> {
  const started: (Candidate & { stop(): Promise<void> })[] = []
  if (chosen === 'none') return started
  await mkdir(home, { recursive: true })
  for (const peer of peers) {
    try {
      const marker = path.join(home, `${peer.name.replaceAll(/\W+/g, '-')}.installed`)
      if (!existsSync(marker)) {
        await peer.install()
        await writeFile(marker, '')
      }
      const port = await freePort()
      const [command, args, env, target] = await peer.start(port, upstreamUrl, collectorUrl)
      const child = await startProgram(command, args, env, `http://127.0.0.1:${port}/`)
      started.push({ name: peer.name, port, ...target, cpuMs: () => cpuMs(child.pid), stop: () => end(child) })
      await ask({ port, ...target }) // one that cannot answer does not take the others' figures with it
    } catch (error) {
      if (started.at(-1)?.name === peer.name) await started.pop()?.stop()
      const [line] = (error as Error).message.split('\n')
      console.log(`${peer.name}: skipped, it cannot be installed or started here (${line})`)
    }
  }
  return started
}

/** Of a process; fields 14 and 15 of its `stat` are in hundredths of a second. */
async function cpuMs(pid: number | undefined): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return 10 * (Number(fields[11]) + Number(fields[12]))
}
