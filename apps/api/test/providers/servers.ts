import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@repo/local-stack/ports'
import { cached, ggufModel, liteLlm, llamaServer, onPath, Skip } from './install.ts'
import { Program } from './program.ts'

/** A real server, and what can be done to it. What is absent cannot be done, and `without` says why, by case. */
export interface Server {
  readonly version: string
  readonly baseUrl: string
  readonly apiKey?: string | undefined
  readonly model: string
  /** The model to ask a question of that many characters, which must be too long for it. */
  readonly tooLong?: { readonly model: string; readonly chars: number }
  /** Resolves when it answers; starts it if need be. */
  ready(): Promise<void>
  /** SIGKILL, of that part which generates. */
  kill?(): Promise<void>
  /** Resolves when it accepts requests and its model is not loaded yet. */
  loading?(): Promise<void>
  generating?(): Promise<boolean>
  readonly without?: Readonly<Record<string, string>>
  end(): Promise<void>
}

const folder = import.meta.dirname
const WINDOW_TOKENS = 2048
const tooManyChars = 12_000 // more than that many tokens, and less than MAX_MESSAGE_CHARS

/** In the order of the table. Each says with a `Skip` why it cannot be had. */
export const servers: Readonly<Record<string, () => Promise<Server>>> = {
  'llama.cpp': llamaCpp,
  Ollama: ollama,
  'LiteLLM, its mock': liteLlmMock,
  'LiteLLM, llama.cpp': liteLlmBeforeLlamaCpp,
  PROVIDER_BASE_URL: given,
}

async function llamaCpp(): Promise<Server> {
  const file = await llamaServer()
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const model = 'gemma-3-270m'
  const program = new Program(file, [
    ...['--model', await ggufModel(), '--alias', model, '--host', '127.0.0.1', '--port', String(port)],
    ...['--ctx-size', String(WINDOW_TOKENS), '--parallel', '1', '--temp', '0'],
    ...['--jinja', '--chat-template-file', path.join(folder, 'chat-template.jinja'), '--reverse-prompt', '\nQuestion:'],
  ])
  return {
    version: versionOf(file),
    baseUrl: `${origin}/v1`,
    model,
    tooLong: { model, chars: tooManyChars },
    ready: () => program.ready(`${origin}/health`),
    kill: () => program.kill(),
    async loading() {
      await program.kill()
      program.start()
      for (;;) {
        const status = await fetch(`${origin}/health`).then(
          (response) => response.status,
          () => 0,
        )
        if (status === 503) return
        if (status === 200) throw new Skip('loaded before it could be asked')
      }
    },
    async generating() {
      const slots = (await (await fetch(`${origin}/slots`)).json()) as { is_processing: boolean }[]
      return slots.some(({ is_processing }) => is_processing)
    },
    end: () => program.kill('SIGTERM'),
  }
}

async function ollama(): Promise<Server> {
  const file = process.env.OLLAMA || onPath('ollama', 'ollama.exe')
  if (!file) throw new Skip('not on PATH')
  const port = await freePort()
  const origin = `http://127.0.0.1:${port}`
  const env = { OLLAMA_HOST: `127.0.0.1:${port}`, OLLAMA_MODELS: cached('ollama-models') }
  const program = new Program(file, ['serve'], env)
  const model = 'gemma-3-270m'
  const modelfile = cached('ollama-modelfile')
  writeFileSync(
    modelfile,
    `FROM ${await ggufModel()}\nTEMPLATE """${ollamaTemplate}"""\nPARAMETER temperature 0\n` +
      `PARAMETER num_ctx ${WINDOW_TOKENS}\nPARAMETER stop "\nQuestion:"\n`,
  )
  const silent = 'Ollama leaves the beginning out without a word'
  const ready = () => program.ready(`${origin}/api/version`)
  await ready()
  execFileSync(file, ['create', model, '-f', modelfile], { env: { ...process.env, ...env }, stdio: 'pipe' })
  return {
    version: versionOf(file),
    baseUrl: `${origin}/v1`,
    model,
    ready,
    kill: () => program.kill(),
    async loading() {
      await program.kill() // with it goes what it had loaded
      await ready()
    },
    async generating() {
      const before = program.cpuSeconds()
      await sleep(3000)
      return program.cpuSeconds() - before > 1
    },
    without: { 'too long': silent, 'grown too long': silent },
    end: () => program.kill('SIGTERM'),
  }
}

/** As chat-template.jinja. */
const ollamaTemplate = `{{- if .Tools }}# Tools
{{ range .Tools }}{{ . }}
{{ end }}
Question: Use the calculator tool: what is 12 times 12?
Answer: <tool_call>
{"name": "calculator", "arguments": {"expression": "12*12"}}
</tool_call>
<tool_response>
144
</tool_response>
Answer: It is 144.

{{ end }}Question: What is the capital of Italy?
Answer: Rome.

{{ range .Messages }}{{ if eq .Role "user" }}Question: {{ .Content }}
{{ else if eq .Role "assistant" }}Answer:{{ if .Content }} {{ .Content }}{{ end }}{{ range .ToolCalls }} <tool_call>
{"name": "{{ .Function.Name }}", "arguments": {{ .Function.Arguments }}}
</tool_call>{{ end }}

{{ else if eq .Role "tool" }}<tool_response>
{{ .Content }}
</tool_response>
{{ end }}{{ end }}Answer:`

interface LiteLlmModel {
  readonly model_name: string
  readonly litellm_params: Readonly<Record<string, unknown>>
}

async function liteLlmProxy(name: string, models: readonly LiteLlmModel[]) {
  const file = await liteLlm()
  const port = await freePort()
  const config = cached(`${name}.yaml`)
  writeFileSync(config, JSON.stringify({ model_list: models, litellm_settings: { telemetry: false } }))
  const apiKey = `sk-${randomUUID()}` // it does not start without
  const args = ['--config', config, '--host', '127.0.0.1', '--port', String(port)]
  const program = new Program(file, args, { LITELLM_MASTER_KEY: apiKey })
  return {
    program,
    apiKey,
    version: versionOf(file),
    baseUrl: `http://127.0.0.1:${port}/v1`,
    ready: () => program.ready(`http://127.0.0.1:${port}/health/liveliness`),
  }
}

const poem = 'It answers at once, without a model behind it. '.repeat(40)

async function liteLlmMock(): Promise<Server> {
  const mock = (model_name: string, params: object) => ({
    model_name,
    litellm_params: { model: `openai/${model_name}`, api_key: 'none', ...params },
  })
  const { program, ...proxy } = await liteLlmProxy('litellm-mock', [
    mock('mock', { mock_response: poem }),
    mock('mock-too-long', { mock_response: 'litellm.ContextWindowExceededError' }),
  ])
  return {
    ...proxy,
    model: 'mock',
    tooLong: { model: 'mock-too-long', chars: 10 },
    without: {
      stop: 'its mock answers at once',
      killed: 'its mock answers at once',
      fallback: 'its mock is not killed',
      tool: 'its mock calls no tool',
      'grown too long': 'its mock has no window',
      loading: 'it has no model to load',
    },
    end: () => program.kill('SIGTERM'),
  }
}

async function liteLlmBeforeLlamaCpp(): Promise<Server> {
  const behind = await llamaCpp()
  const { program, ...proxy } = await liteLlmProxy('litellm-llamacpp', [
    {
      model_name: 'gemma',
      litellm_params: { model: `openai/${behind.model}`, api_base: behind.baseUrl, api_key: 'none' },
    },
  ])
  return {
    ...behind,
    ...proxy,
    version: `${proxy.version} before ${behind.version}`,
    model: 'gemma',
    tooLong: { model: 'gemma', chars: tooManyChars },
    async ready() {
      await Promise.all([behind.ready(), proxy.ready()])
    },
    async end() {
      await Promise.all([behind.end(), program.kill('SIGTERM')])
    },
  }
}

/** Somebody's own: nothing is done to it but asking. */
async function given(): Promise<Server> {
  const { PROVIDER_BASE_URL, PROVIDER_MODEL, PROVIDER_API_KEY } = process.env
  if (!PROVIDER_BASE_URL) throw new Skip('not set')
  if (!PROVIDER_MODEL) throw new Error('PROVIDER_MODEL is not set; it must name a model of PROVIDER_BASE_URL')
  return {
    version: PROVIDER_BASE_URL,
    baseUrl: PROVIDER_BASE_URL,
    apiKey: PROVIDER_API_KEY,
    model: PROVIDER_MODEL,
    ready: async () => {},
    without: {
      'too long': 'a model with room for it would have to be paid for it',
      'grown too long': 'a model with room for it would have to be paid for it',
      killed: 'not ours to kill',
      fallback: 'not ours to kill',
      loading: 'not ours to start',
    },
    end: async () => {},
  }
}

function versionOf(file: string): string {
  const { stdout, stderr } = spawnSync(file, ['--version'], { encoding: 'utf8' })
  return /version\W+(.*)/i.exec(`${stdout}${stderr}`)?.[1]?.replace(/^(is|=) /, '') ?? 'version unknown'
}
