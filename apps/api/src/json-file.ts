import { readFileSync } from 'node:fs'

const STRING = '"(?:\\\\.|[^"\\\\])*"'
const COMMENT = new RegExp(`(${STRING})|//[^\\n]*|/\\*[^]*?\\*/`, 'g')
const TRAILING_COMMA = new RegExp(`(${STRING})|,(?=\\s*[}\\]])`, 'g')

/**
 * Reads a JSON file as people have it: with the byte order mark, or in the UTF-16, that PowerShell writes, and with the
 * comments and trailing commas that editors allow.
 * @throws when it cannot be read, and when it is not JSON; never with what is in it, which may be a secret
 */
export function readJsonFile(path: string): unknown {
  const bytes = readFileSync(path)
  const utf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  const text = new TextDecoder(utf16 ? 'utf-16le' : 'utf-8').decode(bytes)
  try {
    return JSON.parse(text.replace(COMMENT, '$1').replace(TRAILING_COMMA, '$1'))
  } catch {
    throw new Error('it is not valid JSON')
  }
}
