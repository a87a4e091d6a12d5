import path from 'node:path'
import type { NextConfig } from 'next'
import { aliases } from './browser-stubs/aliases.ts'

const config: NextConfig = {
  poweredByHeader: false,
  // The image's build asks for it (Dockerfile). `next start`, which everything else uses, wants the usual output.
  ...(process.env.NEXT_OUTPUT === 'standalone' && { output: 'standalone' }),
  outputFileTracingRoot: path.join(import.meta.dirname, '../..'),
  // Their exports point at TypeScript sources.
  transpilePackages: ['@repo/contract', '@repo/telemetry'],
  // `pnpm typecheck` checks with TypeScript 7, whose compiler API Next does not speak.
  typescript: { ignoreBuildErrors: true },
  turbopack: { resolveAlias: aliases },
}

export default config
