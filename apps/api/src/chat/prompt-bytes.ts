import type { Tool } from '../extension-points/tools.ts'

/** How large a prompt is, of which `worstCaseOf` takes every byte for a token. */
export function promptBytes(messages: readonly unknown[], tools: Iterable<Tool>): number {
  const described = [...tools].map(({ name, description, inputSchema }) => [name, description, inputSchema])
  return Buffer.byteLength(JSON.stringify([messages, described]))
}
