import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { readPrices } from './bill.ts'
import { limits } from './limits.ts'
import { help, parseOptions } from './options.ts'
import { UsageError } from './usage-error.ts'

it.each([
  [['--turns-per-day', '0'], '--turns-per-day must be from 1 to 10000000000; it is "0".'],
  [['--models', '2.5'], '--models must be a whole number from 1 to 1000; it is "2.5".'],
  [['--sampling', '10%'], '--sampling must be from 0 to 1; it is "10%".'],
  [['--sampling', ''], '--sampling must be from 0 to 1; it is "".'],
  [['--sampling-at', 'middle'], '--sampling-at must be head or tail; it is "middle".'],
  [['--measure', '1'], '--measure must be seconds, from 10 to 86400; it is "1".'],
  [['--pids', 'web=x'], '--pids must be like web=71,api=72,database=70; it has "web=x".'],
  [['--turns', '5'], "Unknown option '--turns'. See --help."],
])('%j is answered with a sentence', (args, sentence) => {
  expect(() => parseOptions(args)).toThrow(UsageError)
  expect(() => parseOptions(args)).toThrow(sentence)
})

it('every option has a default that help names, or says what it is without', () => {
  expect(parseOptions(['--help'])).toBeNull()
  const inputs = parseOptions([])?.inputs ?? {}
  expect(Object.keys(inputs)).toHaveLength(24)
  for (const [name, value] of Object.entries(inputs)) {
    const option = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} `
    const line = help.split('\n').find((text) => text.trim().startsWith(option))
    expect(line, option).toMatch(value === null ? /\(as many as/ : new RegExp(`\\(${value}\\)$`))
  }
  expect(parseOptions(['--turns-per-day', '5e6', '--web', '4'])?.inputs).toMatchObject({ turnsPerDay: 5e6, web: 4 })
})

const file = (text: string) => {
  const name = path.join(mkdtempSync(path.join(tmpdir(), 'capacity-')), 'prices.yaml')
  writeFileSync(name, text)
  return name
}
const example = path.join(import.meta.dirname, '../prices.yaml')

it('the prices that come with it say that they are examples', () => {
  expect(readPrices(example).source).toBe('example')
})

it.each([
  ['is missing', '/nonexistent/prices.yaml', /--prices: \/nonexistent\/prices\.yaml cannot be read: ENOENT/],
  ['is no YAML', file('a: [1'), /cannot be read/],
  ['lacks a price', file(readFileSync(example, 'utf8').replace(/^core: .*$/m, '')), /, core: .* has its form/],
  ['has a negative price', file(readFileSync(example, 'utf8').replace('core: 25', 'core: -1')), /, core: /],
  ['has another one', file(`${readFileSync(example, 'utf8')}\nhope: 1`), /"hope"/],
])('a file of prices that %s is named, with the place', (_, name, place) => {
  expect(() => readPrices(name)).toThrow(UsageError)
  expect(() => readPrices(name)).toThrow(place)
})

/** Where the repository sets a limit: the file, and its number there. */
const set: readonly (readonly [most: number, file: string, pattern: RegExp, times: number])[] = [
  [800e6, 'alloy/modules/deliver.alloy', /default = (\d+)[\s\S]*sizer\s+= "bytes"/, 1],
  [50, 'alloy/modules/receive.alloy', /rate\s+= (\d+)/, 1],
  [4, 'deploy/kubernetes/base/alloy.yaml', /storage: (\d+)Gi/, 1],
  [100_000, 'mimir/mimir.yaml', /ingestion_rate: (\d+)/, 1],
  [16e6, 'loki/loki.yaml', /ingestion_rate_mb: (\d+)/, 1e6],
  [20_000, 'alloy/switches/sampling-on.alloy', /num_traces\s+= (\d+)/, 1],
  [10_000, 'loki/loki.yaml', /max_query_series: (\d+)/, 1],
]
it.each(set)('%d is what %s says', (most, name, pattern, times) => {
  const text = readFileSync(path.join(import.meta.dirname, '../../..', name), 'utf8')
  expect(Number(pattern.exec(text)?.[1]) * times).toBe(most)
  expect(limits.filter((limit) => limit.most === most && limit.from.includes(name))).toHaveLength(1)
})
