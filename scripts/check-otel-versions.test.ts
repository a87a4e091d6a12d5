import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { duplicateVersions } from './check-otel-versions.ts'

const lockfile = readFileSync(new URL('../pnpm-lock.yaml', import.meta.url), 'utf8')

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
