// `pnpm --filter @repo/telemetry document`
import { writeFileSync } from 'node:fs'
import { document } from './document.ts'

writeFileSync(new URL('../../../../docs/telemetry.md', import.meta.url), document())
