import { storable, storableJson } from '../db/storable.ts'

/** The input of a tool call, storable: parsed, or as the text that it is. */
export function parseInput(text: string): unknown {
  try {
    const input = JSON.parse(text || '{}')
    // Some servers put JSON into a string, and that into JSON.
    return storableJson(typeof input === 'string' ? JSON.parse(input) : input)
  } catch {
    return storable(text)
  }
}
