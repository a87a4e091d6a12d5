// `npm run size`: own lines by part: TypeScript, and styles apart, without tests, blanks and comments. The parts of
// features.ts are features; what they leave of apps/web, of the API, and of packages/telemetry and packages/contract
// is the core: what one has to know to change the chat. Exit code 1 when it has more lines than it may have.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { features } from './features.ts'

const MOST_IN_CORE = 6000

const root = path.join(import.meta.dirname, '..')
const skipped = /(^|\/)(node_modules|\.next|dist|test|bench|truth|e2e|checks)(\/|$)|\.test\.|\.d\.ts$/
const comment = /^(\/\/|\/\*|\*[\s/]|\*$|\{\/\*)/

function linesIn(file: string): number {
  const lines = readFileSync(path.join(root, file), 'utf8').split('\n')
  return lines.filter((line) => line.trim() && !comment.test(line.trim())).length
}

const sizes = ['apps', 'packages', 'scripts'].flatMap((top) =>
  readdirSync(path.join(root, top), { recursive: true, encoding: 'utf8' })
    .map((name) => path.posix.join(top, name.replaceAll(path.sep, '/')))
    .filter((file) => /\.(m?ts|tsx|mjs|css)$/.test(file) && !skipped.test(file))
    .map((file) => ({ file, lines: linesIn(file) })),
)

const isIn = (file: string, folder: string) => file === folder || file.startsWith(`${folder}/`)
const featureOf = (file: string) => features.find(({ paths }) => paths.some((one) => isIn(file, one)))?.name
/** As the design counts it: of the API the turn and what it stands on, not what plugs third parties into Fastify. */
const core = [
  ...['apps/web', 'packages/telemetry/src', 'packages/contract/src'],
  ...['chat', 'provider', 'db', 'routes', 'config.ts', 'app.ts'].map((name) => `apps/api/src/${name}`),
]

/** Of the core, the API folder by folder. */
function partOf(file: string): string {
  const feature = featureOf(file)
  if (feature) return feature
  const [part = ''] =
    /^apps\/api\/src\/(chat|provider|db|routes|plugins)|^apps\/api|^(apps|packages)\/[\w-]+|^scripts/.exec(file) ?? []
  return part
}

type Sum = { part: string; typescript: number; css: number }
const sum = (part: string, of: typeof sizes): Sum => {
  const total = (isCounted: (file: string) => boolean) =>
    of.filter(({ file }) => isCounted(file)).reduce((lines, one) => lines + one.lines, 0)
  return { part, typescript: total((file) => !file.endsWith('.css')), css: total((file) => file.endsWith('.css')) }
}
const byPart = (of: typeof sizes) =>
  [...Map.groupBy(of, ({ file }) => partOf(file))].map(([part, some]) => sum(part, some))
const print = ({ part, typescript, css }: Sum) =>
  console.log(`${part.padEnd(26)}${String(typescript).padStart(6)}${css > 0 ? `${String(css).padStart(6)} css` : ''}`)

const inFeatures = sizes.filter(({ file }) => featureOf(file))
const inCore = sizes.filter(({ file }) => !featureOf(file) && core.some((one) => isIn(file, one)))
const others = sizes.filter((one) => !inFeatures.includes(one) && !inCore.includes(one))

for (const row of byPart(inFeatures)) print(row)
print(sum('features', inFeatures))
console.log()
for (const row of byPart(others)) print(row)
console.log()
for (const row of byPart(inCore)) print(row)
const all = sum('core', inCore)
print(all)
print(sum('all', sizes))
const over = all.typescript - MOST_IN_CORE
console.log(
  over > 0 ? `The core has ${over} lines more than the ${MOST_IN_CORE} that it may have.` : 'The core is small enough.',
)
process.exitCode = over > 0 ? 1 : 0
