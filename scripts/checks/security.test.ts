import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

const root = path.join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(path.join(root, file), 'utf8')

describe('SECURITY.md', () => {
  const claims = [...read('SECURITY.md').matchAll(/`([\w./-]+\.(?:test|spec)\.ts)` › “([^”]+)”/g)]

  test('names a test for each claim', () => {
    expect(claims.length).toBeGreaterThan(30)
    const rows = read('SECURITY.md')
      .split('\n')
      .filter((line) => line.startsWith('| ') && !/^\|[\s:|-]+\|$/.test(line) && !line.startsWith('| cannot '))
    for (const row of rows) expect(row).toMatch(/\.(test|spec)\.ts` › “|docs\/|nothing/)
  })

  test.each(claims.map(([, file = '', name = '']) => [file, name]))('%s has the test “%s”', (file, name) => {
    expect(existsSync(path.join(root, file)), file).toBe(true)
    expect(read(file).replaceAll("\\'", "'")).toContain(name)
  })
})

describe('the workflow', () => {
  const files = execFileSync('git', ['ls-files', '.github/workflows'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')

  test.each(files)('%s may only read, and uses actions by the digest of their commit', (file) => {
    expect(parse(read(file)).permissions).toEqual({ contents: 'read' })
    for (const [, action = ''] of read(file).matchAll(/uses: (\S+.*)/g))
      expect(action).toMatch(/^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d/)
    expect(read(file), 'what a stranger writes is in no script').not.toMatch(/\$\{\{ *github\.(event|head_ref)/)
  })
})

test('an image is built from sources alone: no secret, no data and no repository can get into one', () => {
  const [all, ...rules] = read('.dockerignore')
    .split('\n')
    .filter((line) => line && !line.startsWith('#'))
  expect(all).toBe('*')
  const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1))
  expect(allowed.filter((name) => /env|\.git$|\.data|secret|\.pem|\.key/.test(name))).toEqual([])
  expect(rules).toContain('**/.env*')
  const dockerfile = read('Dockerfile')
  expect(dockerfile).not.toMatch(/^(ARG|ENV).*(SECRET|PASSWORD|TOKEN|_KEY)/m)
  expect(dockerfile).not.toMatch(/^ADD /m)
  // Every image but those that build ends as `node`, not as root.
  expect(dockerfile).toMatch(/FROM base AS service[\s\S]*?USER node/)
  expect(dockerfile.match(/^USER /gm)).toHaveLength(1)
})

test('what compose publishes is on loopback, and every service of it is locked down', () => {
  const { services } = parse(read('docker-compose.yml'), { merge: true }) as {
    services: Record<string, { ports?: string[]; cap_drop?: string[]; security_opt?: string[]; profiles?: string[] }>
  }
  for (const [name, { ports = [], cap_drop, security_opt, profiles }] of Object.entries(services)) {
    for (const port of ports) expect(String(port), name).toMatch(/^127\.0\.0\.1:/)
    expect(security_opt, name).toContain('no-new-privileges:true')
    if (!profiles?.includes('containers')) expect(cap_drop, name).toEqual(['ALL'])
  }
})
