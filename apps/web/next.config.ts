import path from 'node:path'
import type { NextConfig } from 'next'
import { aliases } from './browser-stubs/aliases.ts'

/**
 * Nothing is loaded from elsewhere, sent elsewhere or framed. Inline scripts are allowed because Next writes them; nonces
 * instead would take a `proxy.ts`, with which Next counts every page twice (a SERVER span for it and one for the page).
 */
const contentSecurityPolicy = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${process.env.NODE_ENV === 'development' ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

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
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'content-security-policy', value: contentSecurityPolicy },
        { key: 'x-content-type-options', value: 'nosniff' },
        { key: 'x-frame-options', value: 'DENY' },
        { key: 'referrer-policy', value: 'strict-origin-when-cross-origin' },
        { key: 'permissions-policy', value: 'camera=(), microphone=(), geolocation=(), browsing-topics=()' },
        { key: 'cross-origin-opener-policy', value: 'same-origin' },
      ],
    },
  ],
}

export default config
