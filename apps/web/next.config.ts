import type { NextConfig } from 'next'

const config: NextConfig = {
  poweredByHeader: false,
  // Their exports point at TypeScript sources.
  transpilePackages: ['@repo/contract', '@repo/telemetry'],
  // `pnpm typecheck` checks with TypeScript 7, whose compiler API Next does not speak.
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    resolveAlias: {
      'rehype-raw': { browser: './browser-stubs/rehype-raw.ts' },
      '@ai-sdk/gateway': { browser: './browser-stubs/gateway.ts' },
    },
  },
  headers: async () => [
    {
      source: '/:path*',
      headers: [
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
