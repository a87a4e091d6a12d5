import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type Browser, chromium, type LaunchOptions } from '@playwright/test'
import { run } from '@repo/local-stack/run'

const DOWNLOAD_TIMEOUT_MS = 120_000
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const MACOS = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'

const isExecutable = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The system's Chromium or Chrome; nothing when Playwright has its own, or when there is none. */
export function systemChromium(): string | undefined {
  if (existsSync(chromium.executablePath())) return undefined
  const folders = (process.env.PATH ?? '').split(path.delimiter)
  return [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), MACOS].find(isExecutable)
}

/** How the tests and the screenshots start Chromium. */
export function chromiumOptions(): LaunchOptions {
  const executablePath = systemChromium()
  // Root, as in a container, has no sandbox; and the browser asks nobody for updates.
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const quiet = ['--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync']
  return { ...(executablePath && { executablePath }), args: [...sandbox, ...quiet] }
}

/** A browser outside of the tests. @throws when there is none: `ensureChromium` first */
export const launchChromium = (): Promise<Browser> => chromium.launch(chromiumOptions())

/**
 * Sees to it that there is a browser for the tests: what is there already, else a package of the system, else
 * Playwright's download, which also works without root but which not every network lets through.
 *
 * @throws an Error that says how to install one by hand
 */
export async function ensureChromium(): Promise<void> {
  const found = () => existsSync(chromium.executablePath()) || systemChromium() !== undefined
  if (found()) return
  const root = process.getuid?.() === 0
  try {
    if (root && isDebian()) {
      const env = { DEBIAN_FRONTEND: 'noninteractive' }
      await run('apt-get', ['update'], { env })
      await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env })
    } else {
      const install = ['--filter', '@repo/e2e', 'exec', 'playwright', 'install', 'chromium']
      await run('pnpm', root ? [...install, '--with-deps'] : install, { timeoutMs: DOWNLOAD_TIMEOUT_MS })
    }
  } catch (error) {
    throw new Error(
      `${(error as Error).message}\nThere is no browser for the tests, and none could be installed (see above). ` +
        'Install Chromium or Chrome, so that it is on the PATH, and run this again.',
      { cause: error },
    )
  }
}

/** Ubuntu's package of that name only installs a snap, which containers cannot run. */
function isDebian(): boolean {
  return existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
}
