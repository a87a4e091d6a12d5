import type { ChatData } from '@repo/contract/message'
import { observeMcpServers } from '@repo/telemetry/mcp'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import type { Tool, ToolSource } from '../extension-points/tools.ts'
import { McpConnection } from './mcp-connection.ts'
import { type McpServersFile, readMcpServersFile } from './mcp-servers-file.ts'

/** Providers refuse more than 128 tools; a few are our own. */
const MAX_TOOLS = 120

/** The configured MCP servers and the tools of those that answer. */
export class McpServers implements ToolSource {
  readonly #connections: readonly McpConnection[]

  constructor({ servers, warnings }: McpServersFile, log: FastifyBaseLogger) {
    for (const warning of warnings) log.warn(warning)
    this.#connections = [...servers].map(([name, options]) => new McpConnection(name, options, log))
  }

  /** Begins to connect, and returns at once. */
  start(): void {
    observeMcpServers(() => this.#connections)
    for (const connection of this.#connections) connection.start()
  }

  tools(): readonly Tool[] {
    return this.#connections.flatMap(({ tools }) => tools).slice(0, MAX_TOOLS)
  }

  notices(): readonly ChatData['notice'][] {
    return this.#connections
      .filter(({ down }) => down)
      .map(({ name }) => ({ server: name, message: `The MCP server "${name}" does not answer. Its tools are away.` }))
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((connection) => connection.close()))
  }
}

/** Connects to the servers that `MCP_SERVERS_FILE` names, as a source of tools. */
export async function mcp(
  app: Pick<FastifyInstance, 'log' | 'addHook'>,
  services: { config: Config; toolSources: ToolSource[]; addresses: Map<string, string> },
): Promise<void> {
  const { config, toolSources, addresses } = services
  const file = readMcpServersFile(config.tools.mcpServersFile, process.env)
  const servers = new McpServers(file, app.log)
  for (const [name, options] of file.servers) if ('url' in options) addresses.set(name, options.url.href)
  if (!config.tools.enabled) return
  servers.start()
  app.addHook('onClose', () => servers.close())
  toolSources.push(servers)
}
