import { describe, expect, test } from 'vitest'
import { type BoardFile, type PanelFile, panelsOf, readBoards } from './board-file.ts'
import { columnWidth, panelWidth, tableRoom, textWidth, titleRoom } from './text-width.ts'

/** Colours that judge nothing. */
const NEUTRAL = ['#808080', 'text']

const overridesOf = ({ fieldConfig }: PanelFile) => fieldConfig?.overrides ?? []
const propertyOf = (panel: PanelFile, column: string, id: string) =>
  overridesOf(panel)
    .filter(({ matcher }) => matcher.id === 'byName' && matcher.options === column)
    .flatMap(({ properties }) => properties)
    .find((property) => property.id === id)?.value

/** What keeps a panel from being read, at 1280 pixels with Grafana's menu open; empty when nothing does. */
function obstacles(panel: PanelFile): string[] {
  return [...titleObstacles(panel), ...silenceObstacles(panel), ...legendObstacles(panel), ...tableObstacles(panel)]
}

function titleObstacles({ title, gridPos, timeFrom, hideTimeOverride }: PanelFile): string[] {
  const room = titleRoom(gridPos.w)
  return [
    ...(textWidth(title) > room
      ? [`the title takes ${Math.ceil(textWidth(title))} of ${Math.floor(room)} pixels`]
      : []),
    ...(timeFrom && !hideTimeOverride ? ['its own time range stands in the place of the title'] : []),
  ]
}

/** Where there is nothing to show. */
function silenceObstacles({ type, fieldConfig }: PanelFile): string[] {
  const { noValue = '', mappings = [] } = fieldConfig?.defaults ?? {}
  const judges = /\b(good|fine|well|ok|green)\b/i.test(noValue) ? [`"${noValue}" praises what is not known`] : []
  if (!['stat', 'gauge', 'bargauge'].includes(type)) return judges
  const inPlaceOf = (match: string) => mappings.find(({ options }) => options.match === match)?.options.result
  return [
    ...judges,
    ...['null', 'nan']
      .filter((match) => !NEUTRAL.includes(inPlaceOf(match)?.color ?? 'the lowest threshold'))
      .map((match) => `${match} has a colour that judges`),
    ...(inPlaceOf('null')?.text === inPlaceOf('nan')?.text ? ['no answer reads like an empty one'] : []),
  ]
}

/** Of lines: what a legend names is drawn, an axis fits also where all is 0. */
function legendObstacles({ type, fieldConfig, targets = [], ...panel }: PanelFile): string[] {
  if (type !== 'timeseries') return []
  const zeros = overridesOf({ ...panel, type, ...(fieldConfig && { fieldConfig }) }).filter(
    ({ matcher, properties }) => matcher.id === 'byValue' && properties.some(({ id }) => id === 'custom.hideFrom'),
  )
  const perLabel = targets.some(({ legendFormat = '' }) => legendFormat.includes('{{'))
  return [
    ...(perLabel && zeros.length < 2 && !ZEROS_ARE_THE_MESSAGE.includes(panel.title)
      ? ['its legend names what never was anything but 0']
      : []),
    ...(fieldConfig?.defaults.custom?.axisSoftMax ? [] : ['its axis reaches 100 of its unit where all is 0']),
  ]
}

/** Panels of few series, whose line at 0 says that all is well. */
const ZEROS_ARE_THE_MESSAGE = [
  'Good ratings, by model',
  'Queued on disk',
  'Own metrics, behind',
  'Loki, Tempo: discarded',
  'Discarded by Mimir',
]

/** Of tables: all columns are in sight, and what is in sight was chosen. */
function tableObstacles(panel: PanelFile): string[] {
  if (panel.type !== 'table') return []
  const organize = panel.transformations?.findLast(({ id }) => id === 'organize')?.options.renameByName ?? {}
  const columns = [...new Set(Object.values(organize))]
  const room = tableRoom(panel.gridPos.w)
  // As Grafana does it: what has no width of its own gets an equal share of what is left, or its least.
  const own = columns.map((column) => Number(propertyOf(panel, column, 'custom.width') ?? 0))
  const share = (room - own.reduce((a, b) => a + b, 0)) / own.filter((width) => width === 0).length
  const widths = columns.map(
    (column, index) =>
      own[index] || Math.max(Number(propertyOf(panel, column, 'custom.minWidth') ?? 150), Math.floor(share)),
  )
  const sum = widths.reduce((a, b) => a + b, 0)
  return [
    ...(columns.length === 0 ? ['nobody chose its columns'] : []),
    ...(sum > room ? [`its columns take ${sum} of ${Math.floor(room)} pixels`] : []),
    ...columns.filter((column, index) => (widths[index] ?? 0) < columnWidth(column)).map((one) => `${one} is cut`),
    ...(panel.datasource?.uid === 'tempo' &&
    !overridesOf(panel).some(({ properties }) => properties.some(({ id }) => id === 'links'))
      ? ['no row leads to its trace']
      : []),
  ]
}

/** Rows of a board's grid in which a place is left empty. */
function holes({ panels }: BoardFile): string[] {
  const sections = [0, ...panels.filter(({ type }) => type === 'row').map(({ gridPos }) => gridPos.y)]
  return sections.flatMap((from, index) => {
    const to = sections[index + 1] ?? Number.POSITIVE_INFINITY
    const inside = panels.filter(({ gridPos, type }) => type !== 'row' && gridPos.y >= from && gridPos.y < to)
    const height =
      Math.max(0, ...inside.map(({ gridPos: { y, h } }) => y + h)) - Math.min(...inside.map(({ gridPos }) => gridPos.y))
    const taken = inside.reduce((area, { gridPos: { w, h } }) => area + w * h, 0)
    return inside.length > 0 && taken !== 24 * height
      ? [`below row ${from}: ${24 * height - taken} cells are empty`]
      : []
  })
}

const boards = readBoards()

describe.each(boards.map((board) => [board.title, board] as const))('%s', (_title, board) => {
  test.each(panelsOf(board).map((panel) => [panel.title, panel] as const))('%s can be read', (_name, panel) => {
    expect(obstacles(panel)).toEqual([])
  })

  test('leaves no hole', () => {
    expect(holes(board)).toEqual([])
  })
})

describe('a planted obstacle is found', () => {
  const [first] = boards
  if (!first) throw new Error('there is no board')
  const withDefaults = (panel: PanelFile, defaults: NonNullable<PanelFile['fieldConfig']>['defaults']): PanelFile => ({
    ...panel,
    fieldConfig: { overrides: overridesOf(panel), defaults },
  })
  const find = (uid: string, title: string): PanelFile => {
    const panel = boards
      .filter((board) => board.uid === uid)
      .flatMap(panelsOf)
      .find((one) => one.title === title)
    if (!panel) throw new Error(`${uid} has no panel ${title}`)
    return structuredClone(panel)
  }

  test('in a title', () => {
    const panel = find('llm-overview', 'Cost today')
    expect(obstacles({ ...panel, title: 'Time to first token, p95' })).toEqual(['the title takes 161 of 93 pixels'])
    expect(obstacles({ ...panel, hideTimeOverride: false })).toEqual([
      'its own time range stands in the place of the title',
    ])
  })

  test('where there is nothing to show', () => {
    const panel = find('llm-overview', 'Budget left')
    panel.fieldConfig = { defaults: {}, overrides: [] }
    expect(obstacles(panel)).toEqual([
      'null has a colour that judges',
      'nan has a colour that judges',
      'no answer reads like an empty one',
    ])
    const table = find('llm-overview', 'Slow turns')
    expect(obstacles(withDefaults(table, { noValue: 'none: good' }))).toEqual([
      '"none: good" praises what is not known',
    ])
  })

  test('in a legend and on an axis', () => {
    const panel = find('llm-cost', 'Cost per turn, by model')
    panel.fieldConfig = { defaults: {}, overrides: [] }
    expect(obstacles(panel)).toEqual([
      'its legend names what never was anything but 0',
      'its axis reaches 100 of its unit where all is 0',
    ])
  })

  test('in a table', () => {
    const panel = find('llm-overview', 'Slow turns')
    panel.gridPos.w = 12
    expect(obstacles(panel)).toEqual([expect.stringMatching(/^its columns take \d+ of \d+ pixels$/)])
    panel.gridPos.w = 24
    panel.transformations = []
    expect(obstacles(panel)).toEqual(['nobody chose its columns'])
  })

  test('between panels', () => {
    const [panel] = first.panels
    expect(holes({ ...first, panels: first.panels.filter((one) => one !== panel) })).toHaveLength(1)
  })
})

test('widths are those that Grafana 12.4 was seen to have', () => {
  expect(Math.round(panelWidth(24))).toBe(938)
  expect(Math.round(panelWidth(6))).toBe(229)
})
