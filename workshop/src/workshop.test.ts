import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { root } from '@repo/local-stack/run'
import { describe, expect, test } from 'vitest'
import { problemOf, promtool } from '../08-silent-alert/promtool.ts'
import { workshopBoardFile } from './board/board.ts'
import { collectorConditions } from './collector.ts'
import { numberIn, shareIn } from './exercise.ts'
import { exercises } from './exercises.ts'
import { played } from './played.ts'

const read = (file: string) => readFileSync(path.join(root, 'workshop', file), 'utf8')

test('the committed board is the generated one: run `pnpm --filter @repo/workshop board`, then `pnpm format`', () => {
  expect(JSON.parse(read('board/workshop.json'))).toEqual(JSON.parse(workshopBoardFile()))
})

describe.each(exercises.map((exercise) => [exercise.title, exercise] as const))('%s', (title, exercise) => {
  const page = read(`${exercise.folder}/README.md`)

  test('has a page with its question, hints to unfold, and a solution', () => {
    expect(page).toMatch(new RegExp(`^# ${exercise.number} · `))
    expect(page).toContain(title)
    expect(page).toContain(`npm run workshop start ${exercise.number}`)
    const [before = '', hints = '', solution = ''] = page.split(/^## (?:Hints|Solution)$/m)
    expect(before).toContain('**')
    expect(hints.match(/<details><summary>\d\./g)?.length).toBeGreaterThan(1)
    expect(solution).toContain('<details>')
    expect(page.match(/<details>/g)).toHaveLength(page.match(/<\/details>/g)?.length ?? 0)
  })

  test('stands in the list, breaks the same for the same seed, and is played by a test', () => {
    expect(read('README.md')).toContain(`[${title}](${exercise.folder}/README.md)`)
    expect(exercise.broken(7)).toEqual(exercise.broken(7))
    expect(played).toHaveProperty(String(exercise.number))
    const { rules } = exercise.broken(7)
    if (rules) expect(existsSync(path.join(root, 'workshop', exercise.folder, rules))).toBe(true)
  })
})

test('the second collector throws away what the exercises ask for', () => {
  expect(collectorConditions('loki')).toHaveLength(4)
  expect(collectorConditions('tempo')).toEqual(['not IsMatch(trace_id.string, "0$")'])
})

test.each([
  ['12 %', 0.12],
  ['12', 0.12],
  ['12,5%', 0.125],
  ['0.12', 0.12],
  ['a lot', null],
])('"%s" is the share %s', (answer, share) => {
  expect(shareIn(answer)).toBe(share)
})

test.each([
  ['4 s', 4],
  ['about 2.5 times', 2.5],
  ['none', null],
])('"%s" is the number %s', (answer, number) => {
  expect(numberIn(answer)).toBe(number)
})

describe.skipIf(!promtool)('promtool (skipped where it is not in STACK_BIN or PATH)', () => {
  const given = read('08-silent-alert/tool-failing.yaml')

  test('finds that the rule of the exercise does not fire, and that the mended one does', () => {
    expect(problemOf(given)).toMatch('should fire')
    expect(problemOf(given.replace('/ sum(rate(', '/ sum by (gen_ai_tool_name) (rate('))).toBeNull()
  })

  test('finds a rule that always fires', () => {
    expect(problemOf(given.replace(/expr: \|[\s\S]*?for:/, 'expr: vector(1)\n        for:'))).toMatch('should be quiet')
  })
})
