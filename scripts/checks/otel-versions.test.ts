import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const lockfile = readFileSync(new URL('../../pnpm-lock.yaml', import.meta.url), 'utf8')

// Two copies of an OpenTelemetry package do not know of each other: spans and metrics vanish without any message.
// So the lockfile may hold one version of each package that keeps state or is compared by identity.
const single = /^ {2}'(@opentelemetry\/(?:api|api-logs|core|instrumentation|resources|sdk-[a-z-]+))@([^'(]+)'?:/gm

/** One sentence for each OpenTelemetry package of which the lockfile's text has more than one version. */
function duplicateVersions(lockfile: string): string[] {
  const packages = lockfile.slice(lockfile.indexOf('\npackages:'), lockfile.indexOf('\nsnapshots:'))
  const versions = Map.groupBy(packages.matchAll(single), (match) => match[1])
  if (!versions.has('@opentelemetry/api'))
    return ['pnpm-lock.yaml names no @opentelemetry/api: has its format changed?']
  return [...versions]
    .filter(([, found]) => found.length > 1)
    .map(([name, found]) => `${name} is there ${found.length} times: ${found.map((match) => match[2]).join(' and ')}.`)
}

test('the lockfile has one version of each OpenTelemetry package', () => {
  const advice = 'Set one version in the catalog of pnpm-workspace.yaml, if need be under overrides.'
  expect(duplicateVersions(lockfile), advice).toEqual([])
})

test('a second version is named', () => {
  const skewed = lockfile.replace(
    "\n  '@opentelemetry/core@",
    "\n  '@opentelemetry/core@2.0.0':\n\n  '@opentelemetry/core@",
  )
  expect(duplicateVersions(skewed)).toEqual([
    expect.stringMatching(/^@opentelemetry\/core is there 2 times: 2\.0\.0 and \d/),
  ])
})

test('a lockfile that is not understood does not pass', () => {
  expect(duplicateVersions('lockfileVersion: 99\n')).toHaveLength(1)
})
