import type { FileUIPart } from 'ai'
import type { Tool } from '../extension-points/tools.ts'
import { type PromptMessage, picturesOf } from '../provider/request/prompt-message.ts'

/** How large a prompt is, of which `worstCaseOf` takes every byte for a token, and what its pictures are at most. */
export interface PromptSize {
  readonly bytes: number
  readonly imageTokens: number
}

export function promptSize(messages: readonly PromptMessage[], tools: Iterable<Tool>): PromptSize {
  return { bytes: bytesOf(messages, tools), imageTokens: sum(messages.flatMap(picturesOf).map(({ tokens }) => tokens)) }
}

/** @param instructions that go with every question */
export function questionSize(
  parts: readonly { type: string }[],
  tools: Iterable<Tool>,
  instructions: string,
): PromptSize {
  const files = parts.filter((part): part is FileUIPart => part.type === 'file')
  const tokens = files.map(({ providerMetadata }) => Number(providerMetadata?.chat?.tokens ?? 0))
  return { bytes: bytesOf([...parts, instructions.padEnd(1000)], tools), imageTokens: sum(tokens) }
}

function bytesOf(messages: readonly unknown[], tools: Iterable<Tool>): number {
  const described = [...tools].map(({ name, description, inputSchema }) => [name, description, inputSchema])
  return Buffer.byteLength(JSON.stringify([messages, described]))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
