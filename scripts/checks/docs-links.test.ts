import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'

const root = path.join(import.meta.dirname, '../..')

const pages = [
  'README.md',
  ...globSync(['docs/*.md', 'workshop/*.md', 'workshop/[0-9]*/*.md'], { cwd: root }).map((page) =>
    page.replaceAll(path.sep, '/'),
  ),
]

test.each(pages)('every link of %s leads somewhere', (page) => {
  const text = readFileSync(path.join(root, page), 'utf8')
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  const files = targets.filter((target) => !/^(https?:|mailto:|#)/.test(target))
  const missing = files.filter((target) => !existsSync(path.join(root, path.dirname(page), target.split('#')[0] ?? '')))
  expect(missing).toEqual([])
})
