// Pictures of Grafana, from a stack that runs and has had traffic for ten minutes: `docker compose up -d --wait` first.
// Every board, the alerts and a trace in both themes go to DIR (`screenshots`), and those of the README to docs/images.
// `--width N`: in a window of another width. `--now`: with what data there is. `--only BOARD`: no other (its uid).
// Says which headlines are cut.
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { readBoards } from '@repo/dashboards/board-file'
import { root, step } from '@repo/local-stack/run'
import { addresses } from '@repo/stores/addresses'
import { Stores } from '@repo/stores/stores'
import { attribute, event, service } from '@repo/telemetry/catalogue'
import { labelName as label } from '@repo/telemetry/series-name'
import { ensureChromium, launchChromium } from './browser.ts'
import { GrafanaPage, type Theme } from './grafana-page.ts'

const TRAFFIC_MINUTES = 10
/** Of the README: how much of each is seen there, in pixels from the top. */
const SHOWN: Readonly<Record<string, number>> = {
  'llm-overview': 1000,
  'llm-cost': 1000,
  conversation: 820,
  'explore-trace': 1250,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    grafana: { type: 'boolean' },
    width: { type: 'string', default: '1600' },
    now: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
})
const folder = path.resolve(positionals[0] ?? path.join(root, 'screenshots'))
const width = Number(values.width)

try {
  const stores = new Stores(addresses, true)
  await step('Finding a browser', ensureChromium)
  await step(`Waiting until there has been traffic for ${TRAFFIC_MINUTES} minutes`, () => traffic(stores))
  mkdirSync(folder, { recursive: true })
  const browser = await launchChromium()
  const cut = new Set<string>()
  try {
    const turn = await newestTurn(stores)
    for (const theme of ['light', 'dark'] as const) {
      await step(`Pictures, ${theme}`, async () => {
        const grafana = await GrafanaPage.open(browser, addresses.grafana, width, theme)
        for (const found of await photograph(grafana, theme, turn)) cut.add(found)
        await grafana.close()
      })
    }
  } finally {
    await browser.close()
  }
  process.stdout.write(`They are in ${folder}.\n`)
  if (cut.size > 0) throw new Error(`Cut at ${width} pixels:\n${[...cut].join('\n')}`)
} catch (error) {
  console.error(`\n${(error as Error).message}`)
  process.exitCode = 1
}

interface Turn {
  readonly conversation: string
  readonly trace: string
}

/** @returns what is cut, by board */
async function photograph(grafana: GrafanaPage, theme: Theme, turn: Turn): Promise<string[]> {
  const cut: string[] = []
  const take = async (name: string) => {
    const file = `${name}-${theme}.webp`
    await grafana.picture(path.join(folder, file))
    const height = SHOWN[name]
    if (height) await grafana.picture(path.join(root, 'docs/images', `grafana-${file}`), height)
  }
  for (const { uid, title, panels } of readBoards()) {
    if (values.only && uid !== values.only) continue
    const rows = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h))
    await grafana.board(uid, rows, theme, uid === 'conversation' ? `var-conversation=${turn.conversation}` : '')
    cut.push(...(await grafana.cut()).map((found) => `${title}: ${found}`))
    await take(uid)
  }
  if (values.only) return cut
  await grafana.view(`/alerting/list?theme=${theme}`, 1200)
  await take('alerts')
  const query = { refId: 'A', queryType: 'traceql', datasource: { type: 'tempo', uid: 'tempo' }, query: turn.trace }
  const pane = { datasource: 'tempo', queries: [query], range: { from: 'now-1h', to: 'now' } }
  const panes = new URLSearchParams({ panes: JSON.stringify({ trace: pane }), schemaVersion: '1', orgId: '1', theme })
  await grafana.view(`/explore?${panes}`, 1300)
  await take('explore-trace')
  return cut
}

/** @throws when Grafana does not answer, or when nothing arrives */
async function traffic(stores: Stores): Promise<void> {
  const minutes = `count_over_time((sum(increase(chat_turns_total[2m])) > 0)[${TRAFFIC_MINUTES + 2}m:1m])`
  for (let last = -1; ; ) {
    const [found] = await stores.metrics(minutes).catch((error) => {
      throw new Error(
        `${(error as Error).message}\nA stack has to run, with its Grafana at ${addresses.grafana} (GRAFANA_URL): docker compose up -d --wait`,
      )
    })
    const had = found?.value ?? 0
    if (values.now || had >= TRAFFIC_MINUTES) return
    if (had !== last) process.stdout.write(`    ${had} of ${TRAFFIC_MINUTES} minutes\n`)
    last = had
    await sleep(10_000)
  }
}

/** The newest one that finished and was worth a tenth of a cent: an answer of some length. */
async function newestTurn(stores: Stores): Promise<Turn> {
  const finished = `{service_name="${service.api}"} | ${label(attribute.eventName)}="${event.turn}" | ${label(attribute.outcome)}="finished" | ${label(attribute.cost)} > 0.001`
  const [line] = await stores.logs(finished, Date.now() - 15 * 60_000, Date.now(), 1)
  const { trace_id: trace, [label(attribute.conversationId)]: conversation } = line?.labels ?? {}
  if (!trace || !conversation) throw new Error('No turn has finished in the last quarter of an hour: is there traffic?')
  return { trace, conversation }
}
