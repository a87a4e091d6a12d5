import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ConfigError } from '../config-error.ts'
import { readMcpServersFile } from './mcp-servers-file.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcp-file-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function readFile(content: unknown, environment: NodeJS.ProcessEnv = {}) {
  const file = path.join(folder, 'mcp.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return readMcpServersFile(file, environment)
}
const read = (content: unknown, environment?: NodeJS.ProcessEnv) =>
  Object.fromEntries(readFile(content, environment).servers)
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
    local: { prefix: 'local', command: 'node', args: ['server.js', '/data'], env: { KEY: 'a-k' } },
    remote: { prefix: 'remote', url: new URL('https://example.com/mcp'), headers: { authorization: 'Bearer t' } },
  })
})

it('without a file there are no servers', () => {
  expect(readMcpServersFile(undefined, {}).servers.size).toBe(0)
})

describe('a file as other clients write it', () => {
  const program = { prefix: 'one', command: 'a', args: [], env: {} }
  const remote = { prefix: 'one', url: new URL('https://b/mcp'), headers: {} }

  it.each<[string, object, object]>([
    ['a program with its working directory', { command: 'a', cwd: `\${HOME_OF}/x` }, { ...program, cwd: '/srv/x' }],
    [
      'numbers where texts belong',
      { command: 'a', env: { PORT: 1 }, args: [2] },
      { ...program, env: { PORT: '1' }, args: ['2'] },
    ],
    ['fields that only others know', { command: 'a', timeout: 60 }, program],
    [
      'tools that need no approval, as two clients write it',
      { command: 'a', alwaysAllow: ['x'], autoApprove: ['y'] },
      { ...program, alwaysAllow: ['x', 'y'] },
    ],
    ['the variable as VS Code writes it', { command: 'a', args: [`\${env:HOME_OF}`] }, { ...program, args: ['/srv'] }],
    ['the address as Windsurf names it', { serverUrl: 'https://b/mcp' }, remote],
    ['the address as Gemini CLI names it', { httpUrl: 'https://b/mcp' }, remote],
    ...['http', 'streamable-http', 'streamableHttp', 'streamable_http', 'Streamable HTTP'].map(
      (type): [string, object, object] => [`type ${type}`, { url: 'https://b/mcp', type }, remote],
    ),
    ['transport for type', { url: 'https://b/mcp', transport: 'streamable_http' }, remote],
    ['type stdio', { command: 'a', type: 'stdio' }, program],
  ])('has %s', (_, entry, expected) => {
    expect(read(one(entry), { HOME_OF: '/srv' })).toEqual({ one: expected })
  })

  it('begins with a byte order mark', () => {
    expect(read(`\uFEFF${JSON.stringify(one({ command: 'a' }))}`)).toEqual({ one: program })
  })

  it('calls them "servers", as VS Code does', () => {
    expect(read({ servers: { one: { command: 'a' } } })).toEqual({ one: program })
  })

  it.each([{ disabled: true }, { enabled: false }])('has a server that is switched off: %j is not started', (off) => {
    expect(readFile(one({ command: 'a', ...off }))).toEqual({ servers: new Map(), warnings: [] })
  })

  it('has names that no tool could have: they are mapped, and stay apart', () => {
    const names = ['github.com/owner/repo', 'my server', 'my_server', 'my__server', 'größe', '...', 'x'.repeat(80)]
    const servers = read({ mcpServers: Object.fromEntries(names.map((name) => [name, { command: 'a' }])) })
    expect(Object.keys(servers)).toEqual(names)
    const prefixes = Object.values(servers).map(({ prefix }) => prefix)
    expect(prefixes).toEqual([
      'github_com_owner_repo',
      'my_server',
      'my_server-2',
      'my_server-3',
      'gr_e',
      'server',
      'x'.repeat(32),
    ])
    for (const prefix of prefixes) expect(prefix).toMatch(/^[\w-]{1,36}$/)
  })
})

describe('an entry that cannot work is left out with a warning that names it, and the others stay', () => {
  it.each<[string, unknown, RegExp]>([
    ['neither a program nor an address', {}, /give either "command" or "url"/],
    ['both', { command: 'a', url: 'https://b' }, /give either "command" or "url"/],
    ['a transport that is gone', { url: 'https://b', type: 'sse' }, /its type is "sse", .* streamable HTTP/],
    ['a transport that nobody knows', { url: 'https://b', type: 'carrier pigeon' }, /its type is none of/],
    ['no URL where one should be', { url: 'secret-value' }, /url is not an http or https URL/],
    ['a variable that is not set', { command: 'a', env: { X: `\${GONE}` } }, /it needs the variable GONE/],
    ['fields of another type', { command: 'a', args: 'secret-value' }, /args/],
    ['no object', 'secret-value', /expected object/],
  ])('%s', (_, entry, message) => {
    const { servers, warnings } = readFile({ mcpServers: { good: { command: 'a' }, 'bad one': entry } })
    expect([...servers.keys()]).toEqual(['good'])
    expect(warnings).toEqual([expect.stringMatching(message)])
    expect(warnings[0]).toContain('"bad one"')
    expect(warnings[0]).not.toContain('secret-value')
  })
})

describe('a file that cannot be read as such stops the start with a sentence', () => {
  it.each<[string, unknown, RegExp]>([
    ['is no JSON', '{"mcpServers": {"secret-value', /it is not valid JSON$/],
    ['has another shape', { secrets: {} }, /mcpServers/],
  ])('that %s', (_, content, message) => {
    expect(() => read(content)).toThrow(message)
    expect(() => read(content)).toThrow(ConfigError)
    expect(() => read(content)).not.toThrow(/secret-value/)
  })

  it('that is not there', () => {
    expect(() => readMcpServersFile(path.join(folder, 'none.json'), {})).toThrow(/MCP_SERVERS_FILE must name .*ENOENT/)
  })
})
