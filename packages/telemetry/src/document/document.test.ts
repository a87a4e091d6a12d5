import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { document } from './document.ts'

it('docs/telemetry.md is what the catalogue says (pnpm --filter @repo/telemetry document)', () => {
  expect(readFileSync(new URL('../../../../docs/telemetry.md', import.meta.url), 'utf8')).toBe(document())
})
