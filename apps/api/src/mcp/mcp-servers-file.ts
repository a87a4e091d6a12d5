import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { ConfigError } from '../config.ts'

const texts = z.record(z.string(), z.string()).default({})
const serverSchema = z
  .object({
    /** A program that speaks MCP over stdin and stdout. */
    command: z.string().min(1).optional(),
    args: z.array(z.string()).default([]),
    env: texts,
    /** A server that speaks streamable HTTP. */
    url: z.string().optional(),
    headers: texts,
    type: z.enum(['stdio', 'http', 'streamable-http']).optional(),
  })
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), 'give either "command" or "url"')

const fileSchema = z.object({
  mcpServers: z.record(z.string().regex(/^[A-Za-z0-9_-]{1,32}$/), serverSchema),
})

export type McpServerOptions =
  | { readonly command: string; readonly args: string[]; readonly env: Record<string, string> }
  | { readonly url: URL; readonly headers: Record<string, string> }

/**
 * Reads `MCP_SERVERS_FILE`, which has the shape that other MCP clients use. `${NAME}` and `${NAME:-default}` in `args`,
 * `env`, `url` and `headers` stand for variables of the environment, so that secrets need not be in the file.
 * @throws {ConfigError} when it cannot be read, has another shape, or names a variable that is not set; never with a
 * value from it
 */
export function readMcpServersFile(
  path: string | undefined,
  environment: NodeJS.ProcessEnv,
): ReadonlyMap<string, McpServerOptions> {
  if (!path) return new Map()
  try {
    const { mcpServers } = fileSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    return new Map(
      Object.entries(mcpServers).map(([name, { command, args, env, url, headers }]): [string, McpServerOptions] => {
        const expanded = (text: string) => expand(text, environment, name)
        const all = (values: Record<string, string>) =>
          Object.fromEntries(Object.entries(values).map(([key, value]) => [key, expanded(value)]))
        if (command !== undefined) return [name, { command, args: args.map(expanded), env: all(env) }]
        return [name, { url: httpUrl(expanded(url ?? ''), name), headers: all(headers) }]
      }),
    )
  } catch (error) {
    const expected =
      'a JSON file such as {"mcpServers": {"files": {"command": "npx", "args": ["-y", "a-server"]}, ' +
      `"docs": {"url": "https://example.com/mcp", "headers": {"Authorization": "Bearer \${DOCS_TOKEN}"}}}}`
    throw new ConfigError(`MCP_SERVERS_FILE must name ${expected}: ${reasonOf(error)}`)
  }
}

function expand(text: string, environment: NodeJS.ProcessEnv, server: string): string {
  return text.replaceAll(/\$\{(\w+)(?::-([^}]*))?\}/g, (_, name: string, fallback?: string) => {
    const value = environment[name] || fallback
    if (value === undefined)
      throw new ConfigError(`the server "${server}" needs the variable ${name}, which is not set`)
    return value
  })
}

function httpUrl(text: string, server: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:')
    throw new ConfigError(`the url of the server "${server}" is not an http or https URL`)
  return url
}

/** JSON.parse quotes what it could not read, which may be a secret. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error)
  return error instanceof SyntaxError ? 'it is not valid JSON' : (error as Error).message
}
