import { setTimeout as sleep } from 'node:timers/promises'
import type { Client, Tool as McpTool, Transport } from '@modelcontextprotocol/client'
import { context } from '@opentelemetry/api'
import { errorType } from '@repo/telemetry/catalogue'
import { type McpEnding, McpSession, rpcErrorType, sentMcpRequest, untraced } from '@repo/telemetry/mcp'
import type { FastifyBaseLogger } from 'fastify'
import type { Tool } from '../extension-points/tools.ts'
import { placeOf } from '../plugins/log-options.ts'
import { providerSchema } from '../tools/provider-schema.ts'
import { ToolError } from '../tools/tool.ts'
import type { McpServerOptions } from './mcp-servers-file.ts'
import { outputOf } from './tool-output.ts'

/** How often a server is asked whether it is still there. */
const PING_MS = 15_000
/** How often for its tools, too: not every server can say by itself that they have changed. */
const LIST_MS = 5 * 60_000
const CONNECT_TIMEOUT_MS = 15_000
const FIRST_BACKOFF_MS = 500
const LONGEST_BACKOFF_MS = 60_000
/** What providers take: of a name, and of a description. */
const MAX_NAME = 64
const MAX_DESCRIPTION = 1024
/** Every tool is sent with every question: this bounds what a server can make them cost. */
const MAX_TOOLS = 64
const MAX_SCHEMA_CHARS = 20_000

/**
 * One MCP server, connected in the background for as long as the process lives: a server that is away or dies is tried
 * again and again, and nothing waits for it.
 */
export class McpConnection {
  readonly name: string
  readonly #options: McpServerOptions
  readonly #log: FastifyBaseLogger
  readonly #closing = new AbortController()
  #state: 'connecting' | 'up' | 'down' = 'connecting'
  #client: Client | undefined
  #transport: Transport | undefined
  #session: McpSession | undefined
  #tools: readonly Tool[] = []
  /** `performance.now()` when the tools are to be listed again. */
  #listAtMs = 0
  /** Ends the waiting for the next look. */
  #wake: () => void = () => {}
  #done: Promise<void> = Promise.resolve()

  constructor(name: string, options: McpServerOptions, log: FastifyBaseLogger) {
    this.name = name
    this.#options = options
    this.#log = log
  }

  /** False until the first connection has succeeded, too. */
  get up(): boolean {
    return this.#state === 'up'
  }

  /** Tried in vain, or lost. */
  get down(): boolean {
    return this.#state === 'down'
  }

  get tools(): readonly Tool[] {
    return this.#tools
  }

  start(): void {
    this.#done = context.with(untraced(), () => this.#run())
  }

  async close(): Promise<void> {
    this.#closing.abort()
    this.#wake()
    await this.#done
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    for (let backoffMs = FIRST_BACKOFF_MS; !signal.aborted; backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS)) {
      try {
        await this.#connect()
        while (!signal.aborted && this.#client) {
          await this.#look()
          await this.#untilNextLook()
          // Not before it has stayed for a while: one that dies at once is not to be started every second.
          if (this.#client) backoffMs = FIRST_BACKOFF_MS
        }
        if (!signal.aborted) throw new Error('the connection was closed')
      } catch (error) {
        if (!signal.aborted) {
          if (!this.down)
            this.#log.warn({ err: error }, 'the MCP server %s does not answer; its tools are away', this.name)
          this.#state = 'down'
        }
      }
      this.#tools = []
      this.#session?.end(signal.aborted ? undefined : errorType.connection)
      await this.#client?.close().catch(() => {})
      this.#client = undefined
      await sleep(backoffMs, undefined, { signal, ref: false }).catch(() => {})
    }
  }

  async #connect(): Promise<void> {
    const { Client } = await import('@modelcontextprotocol/client')
    const listAgain = () => {
      this.#listAtMs = 0
      this.#wake()
    }
    const client = new Client(
      { name: 'lgtm-chat', version: '1.0.0' },
      {
        versionNegotiation: { mode: 'auto' },
        listChanged: { tools: { autoRefresh: false, onChanged: listAgain } },
      },
    )
    client.onclose = () => {
      if (this.#client !== client) return
      this.#client = undefined
      this.#tools = []
      this.#wake()
    }
    client.onerror = (error) => this.#log.debug(placeOf(error), 'the MCP server %s', this.name)
    this.#transport = told(await createTransport(this.#options, (line) => this.#log.debug('%s: %s', this.name, line)))
    this.#client = client
    this.#listAtMs = 0
    await client.connect(this.#transport, { timeout: CONNECT_TIMEOUT_MS, signal: this.#closing.signal })
    const url = 'url' in this.#options ? this.#options.url : undefined
    this.#session = new McpSession({ name: this.name, url }, client.getNegotiatedProtocolVersion())
  }

  /**
   * Asks whether it is still there, now and then for its tools.
   * @throws when it is not: one that only asks for patience, or answers with an error, is
   */
  async #look(): Promise<void> {
    const { ProtocolError, SdkHttpError } = await import('@modelcontextprotocol/client')
    try {
      if (performance.now() >= this.#listAtMs) await this.#list()
      else await this.#ping()
    } catch (error) {
      const there = error instanceof ProtocolError || (error instanceof SdkHttpError && error.status === 429)
      if (!this.up || !there) throw error
    }
  }

  /** The newer protocol has no `ping`; what it has instead is answered from memory just as well. */
  async #ping(): Promise<void> {
    const { signal } = this.#closing
    const options = { timeout: CONNECT_TIMEOUT_MS, signal }
    const modern = this.#client?.getProtocolEra() === 'modern'
    await this.#measured<unknown>(modern ? 'server/discover' : 'ping', undefined, signal, (client) =>
      modern ? client.discover(options) : client.ping(options),
    )
  }

  async #list(): Promise<void> {
    const { signal } = this.#closing
    const { tools } = await this.#measured('tools/list', undefined, signal, (client, _meta) =>
      client.listTools({ _meta }, { cacheMode: 'refresh', timeout: CONNECT_TIMEOUT_MS, signal }),
    )
    this.#listAtMs = performance.now() + LIST_MS
    this.#tools = this.#offered(tools)
    if (!this.up) this.#log.info('the MCP server %s offers %d tools', this.name, this.#tools.length)
    this.#state = 'up'
  }

  /** Its tools under names that are valid and unique. */
  #offered(tools: readonly McpTool[]): Tool[] {
    const names = new Set<string>()
    const offered = tools.slice(0, MAX_TOOLS).flatMap((tool): Tool[] => {
      const inputSchema = providerSchema(tool.inputSchema)
      if (JSON.stringify(inputSchema).length > MAX_SCHEMA_CHARS) return []
      const full = `${this.#options.prefix}__${tool.name.replace(/[^\w-]/g, '_')}`
      let name = full.slice(0, MAX_NAME)
      for (let i = 2; names.has(name); i++) name = `${full.slice(0, MAX_NAME - 4)}-${i}`
      names.add(name)
      return [
        {
          name,
          title: tool.title ?? tool.annotations?.title ?? tool.name,
          description: (tool.description ?? '').slice(0, MAX_DESCRIPTION).toWellFormed(),
          inputSchema,
          plainSchema: providerSchema(tool.inputSchema, true),
          type: 'extension',
          server: this.name,
          readOnly: tool.annotations?.readOnlyHint === true || this.#options.alwaysAllow?.includes(tool.name) === true,
          destructive: tool.annotations?.destructiveHint === true,
          run: (input, signal) => this.#call(tool.name, input, signal),
        },
      ]
    })
    const left = tools.length - offered.length
    if (left > 0 && !this.up)
      this.#log.warn('%d tools of the MCP server %s are left out: too many, or too large', left, this.name)
    return offered
  }

  async #call(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown> {
    const { ProtocolError, SdkHttpError } = await import('@modelcontextprotocol/client')
    try {
      return await this.#measured('tools/call', name, signal, async (client, _meta) => {
        const result = await client.callTool({ name, arguments: input, _meta }, { signal })
        if (result.isError) throw new ToolError(String(outputOf(result)) || 'The tool failed and does not say why.')
        return outputOf(result)
      })
    } catch (error) {
      if (signal.aborted || error instanceof ToolError) throw error
      if (error instanceof ProtocolError) throw new ToolError(error.message, rpcErrorType(error.code))
      if (error instanceof SdkHttpError && error.status === 429)
        throw new ToolError(`The MCP server "${this.name}" is limiting requests. Try again later.`, '429')
      // It may have died: asked at once, so that the next answer knows.
      this.#wake()
      this.#log.warn(placeOf(error), 'the MCP server %s did not take a call', this.name)
      throw new ToolError(`The MCP server "${this.name}" does not answer.`, errorType.connection)
    }
  }

  async #measured<T>(
    method: string,
    tool: string | undefined,
    signal: AbortSignal,
    ask: (client: Client, meta: Record<string, string>) => Promise<T>,
  ): Promise<T> {
    const client = this.#client
    const operation = this.#session?.operation(method, this.#transport?.sessionId, tool)
    if (!client || !operation) throw new Error('not connected')
    try {
      const answer = await ask(client, operation.meta)
      operation.end()
      return answer
    } catch (error) {
      operation.end(await endingOf(error, signal))
      throw error
    }
  }

  #untilNextLook(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, PING_MS).unref()
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

/** How a request ended that did not work. */
async function endingOf(error: unknown, signal: AbortSignal): Promise<McpEnding> {
  const { ProtocolError } = await import('@modelcontextprotocol/client')
  if (error instanceof ToolError) return { errorType: error.type }
  if (error instanceof ProtocolError) return { errorType: rpcErrorType(error.code), code: error.code }
  if (!signal.aborted) return { errorType: errorType.connection }
  if (signal.reason?.name === 'TimeoutError') return { errorType: errorType.toolTimeout }
  return { errorType: errorType.cancelled, isError: false }
}

/** @param onLine gets what a program writes to stderr */
/** Variables without which nothing is downloaded behind a company's proxy or certificate authority. */
const NETWORK = /^(https?_proxy|no_proxy|node_use_env_proxy|node_extra_ca_certs)$/i

async function createTransport(options: McpServerOptions, onLine: (line: string) => void): Promise<Transport> {
  if ('url' in options) {
    const { StreamableHTTPClientTransport } = await import('@modelcontextprotocol/client')
    return new StreamableHTTPClientTransport(options.url, { requestInit: { headers: options.headers } })
  }
  // It inherits PATH, HOME and the like, the way to the network, and none of our secrets.
  const { StdioClientTransport } = await import('@modelcontextprotocol/client/stdio')
  const { prefix: _prefix, alwaysAllow: _allowed, ...program } = options
  const network = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => NETWORK.test(entry[0]) && !!entry[1]),
  )
  const transport = new StdioClientTransport({ ...program, env: { ...network, ...program.env }, stderr: 'pipe' })
  transport.stderr?.on('data', (data) => onLine(String(data).trimEnd()))
  return transport
}

/** The ids of requests are the client's own: only here can they be seen, in the context of what each is for. */
function told(transport: Transport): Transport {
  const send = transport.send.bind(transport)
  transport.send = (message, options) => {
    for (const one of [message].flat()) if ('method' in one && 'id' in one) sentMcpRequest(one.id)
    return send(message, options)
  }
  return transport
}
