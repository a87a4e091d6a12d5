const zod = { browser: './browser-stubs/zod.ts' }

/** What the browser gets instead of packages, or parts of them, that its first load would bring and never use. */
export const aliases = {
  'rehype-raw': { browser: './browser-stubs/rehype-raw.ts' },
  '@ai-sdk/gateway': { browser: './browser-stubs/gateway.ts' },
  swr: { browser: './browser-stubs/swr.ts' },
  'zod/v4': zod,
  'zod/v4/core': zod,
  'zod/v4/mini': zod,
  'zod/v4/locales/en.js': zod,
}
