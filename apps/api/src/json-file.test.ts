import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { readJsonFile } from './json-file.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'json-file-'))
const file = path.join(folder, 'a.json')
afterAll(() => rmSync(folder, { recursive: true }))

const text = '{"a": "ü // no comment", "b": ["/* nor this */", "\\"", ",}"]}'
const value = { a: 'ü // no comment', b: ['/* nor this */', '"', ',}'] }

it.each<[string, string | Buffer]>([
  ['plain', text],
  ['with a byte order mark', `\uFEFF${text}`],
  ['in UTF-16 with a byte order mark', Buffer.from(`\uFEFF${text}`, 'utf16le')],
  ['with comments', `// what this is\n${text.replace(': [', ': /* a list */ [')}\n// the end`],
  ['with trailing commas', text.replace(']}', ',\n]\n, }')],
])('reads a file %s', (_, content) => {
  writeFileSync(file, content)
  expect(readJsonFile(file)).toEqual(value)
})

it('says that a file is not JSON without quoting it', () => {
  writeFileSync(file, '{"key": s3cret}')
  expect(() => readJsonFile(file)).toThrow(/^it is not valid JSON$/)
})
