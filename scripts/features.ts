/**
 * What can be taken out. `npm run remove -- NAME` does, and `scripts/removal` tries each: what is left compiles and passes
 * its own tests. `npm run size` counts it apart from the core.
 */
export interface Feature {
  readonly name: string
  /** Folders and files that are its own, tests among them. */
  readonly paths: readonly string[]
  /** The lines that plug it in; three at most. Absent: nothing of it is plugged in, or it is not to be removed. */
  readonly edits?: readonly Edit[]
  /** Others that cannot do without it, and go too. */
  readonly takesAlong?: readonly string[]
}

export interface Edit {
  readonly file: string
  /** Whole lines, which stand in the file once. */
  readonly lines: string
}

const page = (name: string, folder: string, file = folder): Edit => ({
  file: 'apps/web/features.ts',
  lines: `export { ${name} } from './features/${folder}/${file}.tsx'`,
})
const words = (name: string, folder: string): Edit => ({
  file: 'apps/web/words/features.ts',
  lines: `export { words as ${name} } from '../features/${folder}/words.ts'`,
})
const settings = (name: string, folder: string): Edit => ({
  file: 'apps/web/server/features.ts',
  lines: `export { ${name} } from '../features/${folder}/settings.ts'`,
})
const api = (name: string, from: string): Edit => ({
  file: 'apps/api/src/features.ts',
  lines: `export { ${name} } from './${from}.ts'`,
})

const provider = (name: string, folder: string): Edit => ({
  file: 'apps/api/src/provider/features.ts',
  lines: `export { ${name} } from './${folder}/${folder}.ts'`,
})
/** Called once, when the web server starts. */
const atStart = (name: string, from: string, call = `  ${name}()`): Edit[] =>
  [`import { ${name} } from '../features/${from}.ts'`, call].map((lines) => ({
    file: 'apps/web/server/start.ts',
    lines,
  }))

/** One of the page, in a folder of its name, with words: what more there is of it. */
function onPage(name: string, { paths = [], edits = [], ...more }: Partial<Feature> = {}): Feature {
  const key = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
  const own = `apps/web/features/${name}`
  return { name, paths: [own, ...paths], edits: [page(key, name), words(key, name), ...edits], ...more }
}

export const features: readonly Feature[] = [
  onPage('admin', {
    paths: [
      'apps/web/app/admin',
      'apps/api/src/routes/admin',
      'apps/api/src/db/admin',
      'apps/api/test/admin.test.ts',
      'packages/contract/src/admin.ts',
      'e2e/admin.spec.ts',
    ],
    edits: [api('admin', 'routes/admin/admin')],
  }),
  onPage('announcer'),
  {
    name: 'ask',
    paths: ['apps/telemetry-mcp', 'packages/telemetry/src/mcp-server.ts', 'apps/api/test/ask.test.ts', '.mcp.json'],
    edits: [
      {
        file: 'scripts/demo.ts',
        lines:
          "  if (embeddedParts(env).mock) env.MCP_SERVERS_FILE ??= path.join(root, 'apps/telemetry-mcp/servers.json') // docs/ask.md",
      },
      { file: 'Dockerfile', lines: 'COPY --from=sources /app/apps/telemetry-mcp apps/telemetry-mcp' },
    ],
  },
  onPage('ask-again', { paths: ['e2e/ask-again.spec.ts'] }),
  onPage('answer-details', { paths: ['e2e/answer-details.spec.ts'] }),
  {
    name: 'approval',
    paths: [
      'apps/web/features/approval',
      'apps/api/src/routes/approvals',
      'apps/api/src/db/approvals',
      'apps/api/test/approval.test.ts',
      'apps/api/test/approval-mcp.test.ts',
      'packages/contract/src/approval.ts',
      'packages/telemetry/src/approval.ts',
      'e2e/approval.spec.ts',
    ],
    edits: [
      page('toolsToApprove', 'approval'),
      words('toolsToApprove', 'approval'),
      api('approval', 'routes/approvals/approvals'),
    ],
  },
  {
    name: 'capacity',
    paths: ['apps/capacity'],
    edits: [
      {
        file: 'package.json',
        lines: '    "capacity": "node scripts/with-node.mjs --only=@repo/capacity apps/capacity/src/main.ts",',
      },
    ],
  },
  {
    name: 'context-window',
    paths: ['apps/api/src/context-window', 'apps/api/test/memory.test.ts'],
    edits: [api('contextWindow', 'context-window/context-window')],
  },
  {
    name: 'conversation-list',
    paths: ['apps/api/src/conversation-list', 'apps/api/test/conversations.test.ts'],
    edits: [api('conversationList', 'conversation-list/conversation-list')],
    takesAlong: ['model-picker', 'search', 'sidebar', 'undo'],
  },
  {
    name: 'browser-stubs',
    paths: ['apps/web/browser-stubs', 'e2e/first-load.spec.ts'],
    edits: [
      { file: 'apps/web/next.config.ts', lines: "import { aliases } from './browser-stubs/aliases.ts'" },
      { file: 'apps/web/next.config.ts', lines: '  turbopack: { resolveAlias: aliases },' },
    ],
  },
  onPage('break-it'),
  {
    name: 'browser-telemetry',
    paths: ['apps/web/features/browser-telemetry', 'apps/web/app/api/faro', 'e2e/browser-telemetry.spec.ts'],
    edits: [page('browserTelemetry', 'browser-telemetry'), settings('browserTelemetry', 'browser-telemetry')],
  },
  onPage('copy'),
  { name: 'drafts', paths: ['apps/web/features/drafts'], edits: [page('drafts', 'drafts')] },
  {
    name: 'error-pages',
    paths: ['apps/web/features/error-pages', 'apps/web/app/error.tsx', 'apps/web/app/not-found.tsx'],
    edits: [words('errorPages', 'error-pages')],
  },
  {
    name: 'examples',
    paths: ['apps/web/features/examples'],
    edits: [page('askedFirst', 'examples'), words('askedFirst', 'examples')],
  },
  {
    name: 'chunk-times',
    paths: ['packages/telemetry/src/chunk-times.ts', 'packages/telemetry/src/chunk-times.test.ts'],
    edits: [{ file: 'packages/telemetry/src/features.ts', lines: "export { chunkTimes } from './chunk-times.ts'" }],
    takesAlong: ['telemetry-page'],
  },
  {
    name: 'export',
    paths: ['apps/web/features/export', 'apps/api/src/routes/export', 'apps/api/test/export.test.ts'],
    edits: [page('exporting', 'export'), words('exporting', 'export'), api('exporting', 'routes/export/export-route')],
  },
  {
    name: 'eval',
    paths: ['apps/eval'],
    edits: [
      {
        file: 'package.json',
        lines: '    "eval": "node scripts/with-node.mjs --only=@repo/eval apps/eval/src/main.ts",',
      },
    ],
  },
  onPage('failure-words'),
  {
    name: 'fallback',
    paths: ['apps/api/src/provider/fallback', 'apps/api/test/fallback.test.ts'],
    edits: [api('fallback', 'provider/fallback/fallback')],
  },
  onPage('first-visit', {
    paths: ['apps/web/public/visitor-worker.js', 'e2e/visitor.spec.ts'],
    takesAlong: ['images'],
  }),
  { name: 'focus', paths: ['apps/web/features/focus'], edits: [page('focus', 'focus')] },
  onPage('follow'),
  onPage('feedback', {
    paths: [
      'apps/api/src/routes/feedback',
      'apps/api/src/db/feedback.ts',
      'apps/api/src/db/feedback-schema.ts',
      'apps/api/test/feedback.test.ts',
      'packages/telemetry/src/feedback.ts',
      'e2e/feedback.spec.ts',
    ],
    edits: [api('feedback', 'routes/feedback/feedback')],
  }),
  onPage('language', { paths: ['e2e/language.spec.ts'] }),
  onPage('go-on', { paths: ['e2e/go-on.spec.ts'] }),
  {
    name: 'limits-and-usage',
    paths: [
      'apps/web/features/usage',
      'apps/web/app/usage',
      'apps/api/src/limits',
      'apps/api/src/routes/usage',
      'apps/api/src/db/budgets.ts',
      'apps/api/src/db/usage.ts',
      'apps/api/src/db/limits-schema.ts',
      'apps/api/test/limits.test.ts',
      'apps/api/test/budgets.test.ts',
      'apps/api/bench/settlements.ts',
      'apps/api/test/login.test.ts',
      'packages/contract/src/usage.ts',
      'e2e/limits.spec.ts',
      'e2e/usage.spec.ts',
    ],
    edits: [page('usage', 'usage'), words('usage', 'usage'), api('limitsAndUsage', 'routes/usage/usage')],
    takesAlong: ['admin'],
  },
  {
    name: 'learning',
    paths: ['apps/api/src/provider/learning', 'apps/api/test/requests-out.test.ts'],
    edits: [provider('learning', 'learning')],
  },
  onPage('login', {
    paths: [
      'apps/api/src/routes/login',
      'apps/api/src/db/accounts',
      'apps/api/test/login.test.ts',
      'apps/api/test/login-client.ts',
      // They try the routes that there are with a login, too.
      'apps/api/test/attacks.test.ts',
      'apps/api/test/strangers.test.ts',
      'apps/api/test/protection.test.ts',
      'apps/api/test/personal-data.test.ts',
      'apps/api/test/schema',
      'apps/api/test/schema.test.ts',
      'packages/local-stack/src/test-issuer.ts',
      'e2e/signed-in.ts',
      'e2e/login.spec.ts',
    ],
    edits: [api('login', 'routes/login/login')],
    takesAlong: ['login-proxy', 'admin'],
  }),
  {
    name: 'login-proxy',
    paths: ['apps/web/features/login-proxy', 'e2e/login-proxy.spec.ts'],
    edits: [
      settings('loginProxy', 'login-proxy'),
      {
        file: 'apps/web/server/proxy-rules.ts',
        lines: "import { whoAsks } from '../features/login-proxy/settings.ts'",
      },
      { file: 'apps/web/server/proxy-rules.ts', lines: 'WHO_ASKS.push(...whoAsks(process.env))' },
    ],
  },
  {
    name: 'loopback',
    paths: ['apps/api/src/provider/loopback', 'apps/api/src/provider/describe-error.test.ts'],
    edits: [provider('loopback', 'loopback'), api('addressWarnings', 'provider/loopback/loopback')],
  },
  {
    name: 'marked-text',
    paths: ['apps/web/features/marked-text', 'apps/api/src/provider/marked-text', 'apps/api/test/wires/marked-text'],
    edits: [
      provider('markedText', 'marked-text'),
      {
        file: 'apps/web/chat/turn/session.ts',
        lines: "import { withThoughts } from '../../features/marked-text/with-thoughts.ts'",
      },
      { file: 'apps/web/chat/turn/session.ts', lines: '  told = withThoughts(told)' },
    ],
    takesAlong: ['written-calls'],
  },
  {
    name: 'mcp',
    paths: [
      'apps/api/src/mcp',
      'apps/api/test/mcp.test.ts',
      'apps/api/test/mcp-server.ts',
      'apps/api/test/approval-mcp.test.ts',
      'apps/api/test/conventions-mcp.test.ts',
      'packages/telemetry/src/mcp.ts',
    ],
    edits: [api('mcp', 'mcp/mcp-servers')],
    takesAlong: ['ask'],
  },
  {
    name: 'mended-calls',
    paths: ['apps/api/src/provider/mended-calls', 'apps/api/test/wires/mended-calls'],
    edits: [provider('mendedCalls', 'mended-calls')],
  },
  {
    name: 'written-calls',
    paths: [
      'apps/api/src/provider/written-calls',
      'apps/api/test/wires/written-calls',
      'apps/api/test/written-calls.test.ts',
    ],
    edits: [provider('writtenCalls', 'written-calls')],
  },
  {
    name: 'formulas',
    paths: ['apps/web/features/formulas', 'e2e/formulas.spec.ts'],
    edits: [page('formulas', 'formulas')],
  },
  onPage('images', {
    paths: [
      'apps/api/src/routes/attachments',
      'apps/api/src/db/attachments',
      'apps/api/test/attachments.test.ts',
      'apps/api/test/cleaned-image.test.ts',
      'e2e/images.spec.ts',
      'e2e/picture.ts',
      'packages/contract/src/image',
    ],
    edits: [api('images', 'routes/attachments/attachments')],
    takesAlong: ['image-refusals'],
  }),
  {
    name: 'image-refusals',
    paths: ['apps/api/src/provider/image-refusals', 'apps/api/test/images-out.test.ts'],
    edits: [provider('imageRefusals', 'image-refusals')],
  },
  onPage('markdown', { takesAlong: ['formulas'] }),
  onPage('model-picker'),
  {
    name: 'odd-forms',
    paths: ['apps/api/src/provider/odd-forms', 'apps/api/test/wires/odd-forms'],
    edits: [provider('oddForms', 'odd-forms')],
  },
  {
    name: 'openapi',
    paths: ['apps/api/src/openapi', 'apps/api/test/openapi.test.ts'],
    edits: [
      { file: 'apps/api/src/app.ts', lines: "import openapi from './openapi/openapi.ts'" },
      { file: 'apps/api/src/app.ts', lines: '  await app.register(openapi)' },
    ],
  },
  {
    name: 'operation-events',
    paths: ['packages/telemetry/src/operation-events', 'apps/api/test/conventions-content.test.ts'],
    edits: [
      {
        file: 'packages/telemetry/src/features.ts',
        lines: "export { operationEvents } from './operation-events/operation-events.ts'",
      },
    ],
    takesAlong: ['telemetry-page'],
  },
  onPage('outcomes'),
  onPage('personal-data', {
    paths: [
      'apps/web/app/data',
      'apps/api/src/routes/personal-data',
      'apps/api/src/db/personal-data',
      'apps/api/test/personal-data.test.ts',
      'e2e/personal-data.spec.ts',
    ],
    edits: [api('personalData', 'routes/personal-data/personal-data')],
  }),
  {
    name: 'overload',
    paths: ['apps/api/src/overload', 'apps/api/test/overload.test.ts'],
    edits: [api('overload', 'overload/overload')],
    // Nothing is busy without.
    takesAlong: ['ask-again'],
  },
  {
    name: 'prices',
    paths: ['apps/api/src/prices', 'apps/api/src/limits/worst-case.test.ts', 'apps/api/test/price.test.ts'],
    edits: [api('prices', 'prices/price')],
  },
  {
    name: 'processes',
    paths: ['apps/api/src/processes', 'apps/api/test/processes.test.ts'],
    edits: [api('processes', 'processes/processes')],
    takesAlong: ['relay'],
  },
  {
    name: 'protection',
    paths: [
      'apps/api/src/protection',
      'apps/web/features/protection',
      'apps/api/test/protection.test.ts',
      'packages/contract/src/same-origin.ts',
      'e2e/content-security-policy.spec.ts',
    ],
    edits: [api('protection', 'protection/protection'), ...atStart('protectPages', 'protection/protect-pages')],
  },
  {
    name: 'providers-file',
    paths: ['apps/api/src/providers-file', 'apps/api/test/providers-file.test.ts'],
    // Its tests are between several servers.
    takesAlong: ['fallback'],
    edits: [
      {
        file: 'apps/api/src/config.ts',
        lines: "import { servedTogether } from './providers-file/providers-file.ts'",
      },
      {
        file: 'apps/api/src/config.ts',
        lines: '  if (providersFile) served = servedTogether(providersFile, env, environment)',
      },
    ],
  },
  {
    name: 'refusals',
    paths: ['apps/api/src/provider/refusals', 'apps/api/test/wires/refusals'],
    edits: [provider('refusals', 'refusals')],
    // Without its words a refusal teaches nothing.
    takesAlong: ['learning'],
  },
  {
    name: 'rejoin',
    paths: ['apps/web/features/rejoin', 'e2e/rejoin.spec.ts', 'e2e/rejoin-restarts.spec.ts'],
    edits: [{ file: 'apps/web/features.ts', lines: "export { rejoin } from './features/rejoin/rejoin.ts'" }],
  },
  {
    name: 'relay',
    paths: ['apps/api/src/relay', 'apps/api/test/relay.test.ts', 'apps/api/test/statements.ts'],
    edits: [api('relay', 'relay/relay')],
  },
  {
    name: 'retention',
    paths: ['apps/api/src/retention', 'apps/api/test/retention.test.ts'],
    edits: [api('retention', 'retention/retention')],
  },
  onPage('retry-countdown'),
  {
    name: 'rollout',
    paths: ['apps/api/src/rollout'],
    edits: [api('rollout', 'rollout/rollout')],
  },
  onPage('search'),
  onPage('shortcuts', { paths: ['e2e/shortcuts.spec.ts'] }),
  onPage('sidebar', {
    paths: ['e2e/sidebar.spec.ts', 'e2e/sidebar-long.spec.ts'],
    // Their selects stand in its foot.
    takesAlong: ['language', 'theme'],
  }),
  onPage('signature', { takesAlong: ['answer-details'] }),
  onPage('sources', {
    paths: ['apps/api/src/provider/sources', 'apps/api/test/wires/sources'],
    edits: [provider('sources', 'sources')],
  }),
  {
    name: 'telemetry-page',
    paths: [
      'packages/telemetry/src/document',
      'apps/api/test/as-openai.ts',
      'apps/api/test/conventions.test.ts',
      'apps/api/test/conventions-values.test.ts',
      'apps/api/test/conventions-mcp.test.ts',
    ],
    edits: [{ file: 'packages/telemetry/package.json', lines: '    "document": "node src/document/write.ts",' }],
  },
  {
    name: 'titles',
    paths: ['apps/api/src/titles'],
    edits: [api('titles', 'titles/titles')],
  },
  {
    name: 'system-prompt',
    paths: ['apps/api/src/system-prompt'],
    edits: [api('systemPrompt', 'system-prompt/system-prompt')],
    // Its version is on the spans that the page describes, and what evaluations compare.
    takesAlong: ['telemetry-page', 'eval'],
  },
  onPage('theme', { paths: ['e2e/theme.spec.ts'] }),
  onPage('thoughts'),
  {
    name: 'tools',
    paths: [
      'apps/web/features/tool-calls',
      'apps/api/src/tools',
      'apps/api/test/tools.test.ts',
      'packages/telemetry/src/tool.ts',
      'e2e/tools.spec.ts',
    ],
    edits: [page('toolCalls', 'tool-calls'), words('toolCalls', 'tool-calls'), api('tools', 'tools/toolbox')],
    takesAlong: ['approval', 'mcp'],
  },
  onPage('trace-link', { edits: [settings('traceLink', 'trace-link')] }),
  {
    name: 'translation',
    paths: ['apps/web/features/translation'],
    edits: [
      words('core', 'translation'),
      {
        file: 'apps/web/server/language.ts',
        lines: "import { wantedLanguage } from '../features/translation/wanted-language.ts'",
      },
      { file: 'apps/web/server/language.ts', lines: '  language = await wantedLanguage()' },
    ],
    takesAlong: ['language'],
  },
  onPage('undo', {
    paths: ['apps/api/src/routes/restore', 'apps/api/test/restore.test.ts'],
    edits: [api('restoring', 'routes/restore/restore')],
  }),
  onPage('versions', { paths: ['e2e/versions.spec.ts'] }),
  {
    name: 'zero-counters',
    paths: ['packages/telemetry/src/zero-counters.ts', 'apps/api/test/zero-counters.test.ts'],
    edits: [
      { file: 'apps/api/src/app.ts', lines: "import { zeroCounters } from '@repo/telemetry/zero-counters'" },
      { file: 'apps/api/src/app.ts', lines: '  zeroCounters(models.all())' },
    ],
  },
  {
    name: 'web-telemetry',
    paths: ['apps/web/features/web-telemetry', 'e2e/telemetry.spec.ts'],
    edits: [
      ...atStart('startTelemetry', 'web-telemetry/start', '  await startTelemetry()'),
      {
        file: 'apps/web/instrumentation.ts',
        lines: "export { onRequestError } from './features/web-telemetry/on-request-error.ts'",
      },
    ],
    // What the browser tells belongs to the traces of its server.
    takesAlong: ['browser-telemetry'],
  },
  {
    name: 'workshop',
    paths: ['workshop', 'apps/mock-llm/src/workshop'],
    edits: [
      { file: 'apps/mock-llm/src/mock.ts', lines: "import { addFaults } from './workshop/add-faults.ts'" },
      { file: 'apps/mock-llm/src/mock.ts', lines: '  addFaults(server, all)' },
      {
        file: 'package.json',
        lines:
          '    "test:workshop": "node scripts/with-node.mjs workshop/src/play.ts",\n' +
          '    "workshop": "node scripts/with-node.mjs workshop/src/main.ts",',
      },
    ],
  },
  { name: 'waiting-time', paths: ['apps/web/features/waiting-time'], edits: [page('waitingTime', 'waiting-time')] },

  // What several features use, and apps and packages of their own. Tests are written with the viewer and the mock.
  { name: 'evaluations', paths: ['packages/telemetry/src/evaluation.ts'] },
  { name: 'json-files', paths: ['apps/api/src/json-file.ts', 'apps/api/src/json-file.test.ts'] },
  { name: 'doctor', paths: ['apps/doctor'] },
  { name: 'traffic', paths: ['apps/traffic'] },
  { name: 'viewer', paths: ['apps/viewer'] },
  { name: 'mock-llm', paths: ['apps/mock-llm'] },
  { name: 'dashboards', paths: ['packages/dashboards'] },
]
