import { ownDatabase } from '@repo/local-stack/own-database'
import { expect, inject, it } from 'vitest'
import { installedSchemathesis } from './providers/install.ts'
import { fuzzSchema } from './schema/schema-fuzz.ts'

const program = installedSchemathesis()

it.skipIf(!program).each([
  { login: false, name: 'without login' },
  { login: true, name: 'with login, as an administrator' },
])(
  'the document is true $name, says schemathesis in a small size (skipped where `npm run test:schema` has not installed it)',
  async ({ login }) => {
    const databaseUrl = await ownDatabase(inject('databaseUrl'))
    const { ended, said, requests } = await fuzzSchema(program ?? '', databaseUrl, { login, examples: 3, seed: '1' })
    expect(ended, said).toBe(0)
    expect(requests.size).toBeGreaterThan(10)
  },
)
