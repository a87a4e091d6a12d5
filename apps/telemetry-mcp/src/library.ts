import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { type BoardFile, panelsOf, queriesOf, readBoards } from '@repo/dashboards/board-file'

const folder = path.join(import.meta.dirname, '../../../docs/runbooks')
const MAX_CHARS = 5000

/** What is written down beside the code: boards and runbooks. None where the files are not there. */
export function runbooks(): { name: string; meaning: string }[] {
  if (!existsSync(folder)) return []
  const names = readdirSync(folder).flatMap((file) => (file.endsWith('.md') ? [file.slice(0, -3)] : []))
  return names.sort().map((name) => ({ name, meaning: meaningOf(runbook(name) ?? '') }))
}

/** @param name one of `runbooks()` */
export function runbook(name: string): string | null {
  const file = path.join(folder, `${name}.md`)
  return /^\w+$/.test(name) && existsSync(file) ? readFileSync(file, 'utf8').slice(0, MAX_CHARS) : null
}

/** The first paragraph, without where its links lead. */
function meaningOf(text: string): string {
  const [, meaning = ''] = /\*\*Meaning\.\*\*\s+([\s\S]*?)(?:\n\n|$)/.exec(text) ?? []
  return meaning
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
}

/** Boards with the titles of their panels. */
export function boards(): { board: string; title: string; panels: string[] }[] {
  return read().map((board) => ({
    board: board.uid,
    title: board.title,
    panels: panelsOf(board).map(({ title }) => title),
  }))
}

/** Panels whose title has these words, in any case: at most `limit`. */
export function panels(words: string, board: string | undefined, limit: number) {
  const wanted = words.toLowerCase().trim()
  const all = read().filter(({ uid }) => !board || uid === board)
  const found = all.flatMap((one) => panelsOf(one).map((panel) => ({ one, panel, title: panel.title.toLowerCase() })))
  const exact = found.filter(({ title }) => title === wanted)
  const some = exact.length > 0 ? exact : found.filter(({ title }) => title.includes(wanted))
  return some.slice(0, limit).map(({ one, panel }) => ({
    ...{ board: one.title, panel: panel.title, unit: panel.fieldConfig?.defaults.unit ?? null },
    explanation: panel.description ?? '',
    queries: queriesOf(one).flatMap(({ place, language, text }) => (place === panel.title ? [{ language, text }] : [])),
    address: `/d/${one.uid}?viewPanel=panel-${panel.id}`,
  }))
}

function read(): BoardFile[] {
  try {
    return readBoards()
  } catch {
    return [] // an image without them
  }
}
