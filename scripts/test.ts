// `npm test`: every check of the repository, on a machine that has only Node. Ends with the number of tests.
import { readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { endRunning, onStop, root, run, step } from '@repo/local-stack/run'
import { ensureChromium } from '../e2e/browser.ts'

const unitResults = 'node_modules/.cache/vitest-results.json'
const removalResults = 'node_modules/.cache/removal-results.json'
const browserResults = 'e2e/test-results/results.json'
const failures: string[] = []

/** Shows the command's own output. A failure does not keep the later checks from being run. */
async function check(title: string, command: string, args: string[]): Promise<boolean> {
  console.log(`\n── ${title}`)
  try {
    await run(command, args, { show: true })
    return true
  } catch (error) {
    failures.push(`${title}: ${(error as Error).message}`)
    return false
  }
}

type Count = { passed: number; failed: number; flaky: number }

function count(
  file: string,
  read: (results: Record<string, number>) => { [result in keyof Count]?: number | undefined },
): Count {
  try {
    const results = JSON.parse(readFileSync(path.join(root, file), 'utf8'))
    const { passed = 0, failed = 0, flaky = 0 } = read(results.stats ?? results)
    return { passed, failed, flaky }
  } catch {
    return { passed: 0, failed: 1, flaky: 0 } // the runner has not come as far as writing its results
  }
}

onStop(async () => {
  await endRunning()
  process.exit(130)
})

try {
  await step('Finding a browser', ensureChromium)
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  process.exit(1)
}

for (const file of [unitResults, removalResults, browserResults]) rmSync(path.join(root, file), { force: true })
await check('Lint and format', 'biome', ['check', '--error-on-warnings', '.'])
await check('Types', 'pnpm', ['run', 'typecheck'])
await check('Lines of the core', 'node', ['scripts/size.ts'])
const vitest = (results: string, ...options: string[]) => [
  'run',
  ...options,
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${results}`,
]
await check('Unit and integration tests', 'vitest', vitest(unitResults))
await check('Each feature taken out', 'vitest', vitest(removalResults, '--config', 'scripts/removal/vitest.config.ts'))
const built = await check('Production builds', 'turbo', ['run', 'build'])
if (built) await check('Browser tests', 'pnpm', ['--filter', '@repo/e2e', 'exec', 'playwright', 'test'])

const [unit, removal] = [unitResults, removalResults].map((file) =>
  count(file, (found) => ({ passed: found.numPassedTests, failed: found.numFailedTests })),
) as [Count, Count]
const browser = count(browserResults, ({ expected, unexpected, flaky }) => ({
  passed: expected,
  failed: unexpected,
  flaky,
}))
console.log(failures.length > 0 ? `\n${failures.join('\n')}` : '\nEvery check is fine.')
if (browser.flaky > 0) console.log(`${browser.flaky} passed at the second attempt only: their names stand above.`)
const passed = unit.passed + removal.passed + browser.passed + browser.flaky
console.log(`${passed} passed, ${unit.failed + removal.failed + browser.failed} failed`)
process.exit(failures.length > 0 ? 1 : 0)
