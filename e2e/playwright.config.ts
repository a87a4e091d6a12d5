import { existsSync } from 'node:fs'
import { defineConfig, devices, firefox, webkit } from '@playwright/test'
import { chromiumOptions } from './browser.ts'
import { choosePorts } from './ports.ts'

const ports = await choosePorts()

/** Fine pointer and hover: without a mouse Firefox takes the machine for a touch screen. */
const MOUSE = { 'ui.primaryPointerCapabilities': 6, 'ui.allPointerCapabilities': 6 }

export default defineConfig({
  testDir: '.',
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  workers: 2, // half of the time is waiting: for a model's pace, for telemetry to arrive
  forbidOnly: Boolean(process.env.CI),
  // A test that fails now and then is a bug, in it or in the product. On a busy CI machine it is named as flaky at the
  // end; at a desk it fails.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['html', { open: 'never' }], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    baseURL: `http://localhost:${ports.web}`,
    trace: { mode: 'retain-on-failure', screenshots: false }, // a film of each test would cost more than the tests
    screenshot: 'only-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        launchOptions: chromiumOptions(),
      },
    },
    // Where they are installed (`playwright install firefox webkit`): nobody needs them for a green run.
    ...(existsSync(firefox.executablePath())
      ? [{ name: 'firefox', use: { ...devices['Desktop Firefox'], launchOptions: { firefoxUserPrefs: MOUSE } } }]
      : []),
    ...(existsSync(webkit.executablePath()) ? [{ name: 'webkit', use: { ...devices['Desktop Safari'] } }] : []),
  ],
})
