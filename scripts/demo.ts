// `npm run demo`: the whole application without Docker, from production builds. `--dev`: the same with hot reload.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { askedPorts, embeddedParts } from '@repo/local-stack/ports'
import { endRunning, onStop, root, run, step } from '@repo/local-stack/run'
import { startStack } from '@repo/local-stack/stack'

const dev = process.argv.includes('--dev')
let stop = async () => endRunning()
let stopping = false

async function demo(): Promise<void> {
  const started = performance.now()
  const settings = path.join(root, '.env')
  if (existsSync(settings)) process.loadEnvFile(settings) // what the environment has already, wins
  const env = process.env
  const ports = await askedPorts(env)
  if (embeddedParts(env).mock) env.MCP_SERVERS_FILE ??= path.join(root, 'apps/telemetry-mcp/servers.json') // docs/ask.md

  await step('Building', () => run('turbo', ['run', 'build', ...(dev ? ['--filter=@repo/viewer'] : [])]))
  if (stopping) return
  const log = (line: string) => console.log(`  ${line}`)
  const stack = startStack({ ports, env, dataDir: path.join(root, '.data'), dev, log })
  stop = stack.stop
  await stack.ready
  if (stopping) return

  const embedded = embeddedParts(env)
  const telemetry = embedded.viewer ? `http://localhost:${ports.viewer}` : `sent to ${env.OTEL_EXPORTER_OTLP_ENDPOINT}`
  console.log(`
Ready after ${((performance.now() - started) / 1000).toFixed(1)} s.

  Chat       http://localhost:${ports.web}
  Telemetry  ${telemetry}

  Ask        What does a trace show that a log does not?
             Then follow "trace" in the line under the answer.${
               embedded.mock
                 ? '\n\n  The answers come from a mock model. For a real one: OPENAI_API_KEY=... npm run demo'
                 : ''
             }

Ctrl-C ends everything; conversations stay in .data/.`)
  throw new Error(await stack.failed)
}

onStop(async () => {
  stopping = true
  console.log('\nStopping ...')
  await stop()
  process.exit(0)
})

demo().catch(async (error: Error) => {
  if (stopping) return
  stopping = true
  await stop()
  console.error(`\n${error.message}`) // written for people; a stack trace of this script would help nobody
  process.exit(1)
})
