import { z } from 'zod'
import { ConfigError } from '../config-error.ts'
import { readJsonFile } from '../json-file.ts'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const texts = z.record(z.string(), text).default({})
/** What clients write, all of them together; what is not known here is theirs. */
const serverSchema = z.object({
  /** A program that speaks MCP over stdin and stdout. */
  command: z.string().min(1).optional(),
  args: z.array(text).default([]),
  env: texts,
  cwd: z.string().optional(),
  /** A server that speaks streamable HTTP. */
  url: z.string().optional(),
  serverUrl: z.string().optional(),
  httpUrl: z.string().optional(),
  headers: texts,
  type: z.string().optional(),
  transport: z.string().optional(),
  /** Tools that need no approval, whatever the server says of them. */
  alwaysAllow: z.array(z.string()).default([]),
  autoApprove: z.array(z.string()).default([]),
  disabled: z.boolean().default(false),
  enabled: z.boolean().default(true),
})

const fileSchema = z
  .object({ mcpServers: z.record(z.string(), z.unknown()), servers: z.record(z.string(), z.unknown()) })
  .partial()
  .refine(({ mcpServers, servers }) => mcpServers ?? servers, 'it has no "mcpServers"')

export type McpServerOptions = {
  /** Begins the names of its tools: unique, and without `__`, which ends it. */
  readonly prefix: string
  /** Tools that need no approval, by their names at the server. */
  readonly alwaysAllow?: readonly string[]
} & (
  | {
      readonly command: string
      readonly args: string[]
      readonly env: Record<string, string>
      readonly cwd?: string
    }
  | { readonly url: URL; readonly headers: Record<string, string> }
)

export interface McpServersFile {
  /** By their names in the file. */
  readonly servers: ReadonlyMap<string, McpServerOptions>
  /** A sentence for each entry that cannot work. */
  readonly warnings: readonly string[]
}

/**
 * Reads `MCP_SERVERS_FILE`, which has the shape that other MCP clients use. `${NAME}` and `${NAME:-default}` in `args`,
 * `cwd`, `env`, `url` and `headers` stand for variables of the environment, so that secrets need not be in the file.
 * Entries that are switched off are left out, and so, with a warning, are those that cannot work: tools are an extra,
 * and one mistake in them takes neither the others nor the chat away.
 * @throws {ConfigError} when the file cannot be read or has another shape; never with a value from it
 */
export function readMcpServersFile(path: string | undefined, environment: NodeJS.ProcessEnv): McpServersFile {
  const servers = new Map<string, McpServerOptions>()
  const warnings: string[] = []
  for (const [name, entry] of path ? entriesOf(path) : []) {
    try {
      const options = optionsOf(entry, environment)
      if (options) servers.set(name, { ...options, prefix: prefixOf(name, servers.values()) })
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
      warnings.push(`the MCP server "${name}" of MCP_SERVERS_FILE is left out: ${reason}`)
    }
  }
  return { servers, warnings }
}

function entriesOf(path: string): [string, unknown][] {
  try {
    const { mcpServers, servers } = fileSchema.parse(readJsonFile(path))
    return Object.entries(mcpServers ?? servers ?? {})
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    const expected =
      'a JSON file such as {"mcpServers": {"files": {"command": "npx", "args": ["-y", "a-server"]}, ' +
      `"docs": {"url": "https://example.com/mcp", "headers": {"Authorization": "Bearer \${DOCS_TOKEN}"}}}}`
    throw new ConfigError(`MCP_SERVERS_FILE must name ${expected}: ${reason}`)
  }
}

/** @returns null for a server that is switched off */
function optionsOf(entry: unknown, environment: NodeJS.ProcessEnv) {
  const { command, args, env, cwd, headers, type, transport, disabled, enabled, ...other } = serverSchema.parse(entry)
  if (disabled || !enabled) return null
  const url = other.url ?? other.serverUrl ?? other.httpUrl
  if ((command === undefined) === (url === undefined)) throw new Error('give either "command" or "url"')
  const spoken = (type ?? transport ?? '').toLowerCase().replaceAll(/[^a-z]/g, '')
  if (spoken === 'sse') {
    throw new Error('its type is "sse", which MCP has given up; give its address for streamable HTTP, often /mcp')
  }
  const known = command === undefined ? ['http', 'streamablehttp', 'remote'] : ['stdio', 'local']
  if (spoken !== '' && !known.includes(spoken)) {
    throw new Error(`its type is none of "stdio" with "command" and "http" with "url"`)
  }
  const expanded = (text: string) => expand(text, environment)
  const all = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, expanded(value)]))
  const named = [...other.alwaysAllow, ...other.autoApprove]
  const allowed = named.length > 0 && { alwaysAllow: named }
  if (command === undefined) return { url: httpUrl(expanded(url ?? '')), headers: all(headers), ...allowed }
  return {
    command,
    args: args.map(expanded),
    env: all(env),
    ...(cwd !== undefined && { cwd: expanded(cwd) }),
    ...allowed,
  }
}

/** Clients name servers as they like; providers take letters, digits, `_` and `-` in the names of tools. */
function prefixOf(name: string, others: Iterable<McpServerOptions>): string {
  const taken = new Set([...others].map(({ prefix }) => prefix))
  const safe = name.replaceAll(/[^A-Za-z0-9-]+/g, '_').slice(0, 32)
  const base = safe.replaceAll(/^_|_$/g, '') || 'server'
  let prefix = base
  for (let i = 2; taken.has(prefix); i++) prefix = `${base}-${i}`
  return prefix
}

function expand(text: string, environment: NodeJS.ProcessEnv): string {
  return text.replaceAll(/\$\{(?:env:)?(\w+)(?::-([^}]*))?\}/g, (_, name: string, fallback?: string) => {
    const value = environment[name] || fallback
    if (value === undefined) throw new Error(`it needs the variable ${name}, which is not set`)
    return value
  })
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new Error('its url is not an http or https URL')
  return url
}
