import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ConfigError } from '../config-error.ts'
import { readPrompt } from './system-prompt.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'prompt-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const prompt = (content: string | Uint8Array) => {
  const file = path.join(folder, 'prompt.md')
  writeFileSync(file, content)
  return () => readPrompt(file)
}

it('is the text of the file, with the beginning of its hash as the version', () => {
  // printf 'Be brief.\n' | sha256sum | cut -c-8
  expect(prompt('Be brief.\n')()).toEqual({ text: 'Be brief.', version: '96fb1c7f' })
})

it.each([
  ['', 'is empty'],
  [' \n', 'is empty'],
  [Uint8Array.of(0xff, 0xfe, 0x41), 'is not in UTF-8'],
  ['x'.repeat(200_001), 'has 200001 bytes, more than 200000'],
])('a file that is no prompt stops the start with a sentence', (content, why) => {
  expect(prompt(content)).toThrow(ConfigError)
  expect(prompt(content)).toThrow(
    `SYSTEM_PROMPT_FILE must be a text file in UTF-8, e.g. SYSTEM_PROMPT_FILE=prompt.md; ${path.join(folder, 'prompt.md')} ${why}`,
  )
})

it('so does one that is not there', () => {
  expect(() => readPrompt(path.join(folder, 'none.md'))).toThrow(/none\.md cannot be read \(ENOENT\)$/)
})
