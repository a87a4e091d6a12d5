import { readFileSync } from 'node:fs'
import JSON5 from 'json5'

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
    return JSON5.parse(text)
  } catch {
    throw new Error('it is not valid JSON')
  }
}
