import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../config.ts'
import { readMcpServersFile } from './mcp-servers-file.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcp-file-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function read(content: unknown, environment: NodeJS.ProcessEnv = {}) {
  const file = path.join(folder, 'mcp.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return Object.fromEntries(readMcpServersFile(file, environment))
}
const one = (server: object) => ({ mcpServers: { one: server } })

it('reads the shape that other clients use, and takes secrets from the environment', () => {
  const servers = {
    mcpServers: {
      local: {
        type: 'stdio',
        command: 'node',
        args: ['server.js', `\${DIR:-/data}`],
        env: { KEY: `a-\${KEY}` },
        disabled: false,
      },
      remote: { url: `https://\${HOST}/mcp`, headers: { authorization: `Bearer \${TOKEN}` } },
    },
  }
  expect(read(servers, { KEY: 'k', HOST: 'example.com', TOKEN: 't' })).toEqual({
    local: { command: 'node', args: ['server.js', '/data'], env: { KEY: 'a-k' } },
    remote: { url: new URL('https://example.com/mcp'), headers: { authorization: 'Bearer t' } },
  })
})

it('without a file there are no servers', () => {
  expect(readMcpServersFile(undefined, {}).size).toBe(0)
})

describe('a file that cannot work stops the start with a sentence', () => {
  it.each<[string, unknown, RegExp]>([
    ['is no JSON', '{"mcpServers": {"secret-value', /it is not valid JSON$/],
    ['has another shape', { servers: {} }, /mcpServers/],
    ['has a server that is neither', one({}), /give either "command" or "url"/],
    ['has a server that is both', one({ command: 'a', url: 'https://b' }), /give either "command" or "url"/],
    ['has a transport that is gone', one({ url: 'https://b', type: 'sse' }), /type/],
    ['has no URL where one should be', one({ url: 'example.com' }), /url of the server "one"/],
    ['has a name that no tool could have', { mcpServers: { 'a b': { command: 'a' } } }, /a b/],
    [
      'needs a variable that is not set',
      one({ command: 'a', env: { X: `\${GONE}` } }),
      /"one" needs the variable GONE/,
    ],
  ])('that %s', (_, content, message) => {
    expect(() => read(content)).toThrow(message)
    expect(() => read(content)).toThrow(ConfigError)
    expect(() => read(content)).not.toThrow(/secret-value/)
  })

  it('that is not there', () => {
    expect(() => readMcpServersFile(path.join(folder, 'none.json'), {})).toThrow(/MCP_SERVERS_FILE must name .*ENOENT/)
  })
})
