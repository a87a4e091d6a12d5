import type { Tool } from '../extension-points/tools.ts'
import { type PromptMessage, picturesOf } from '../provider/request/prompt-message.ts'

/** Stands for the instructions that go with every question. */
export const OVERHEAD = ' '.repeat(1000)

/** How large a prompt is, of which `worstCaseOf` takes every byte for a token, and what its pictures are at most. */
export interface PromptSize {
  readonly bytes: number
  readonly imageTokens: number
}

/** @param imageTokens of what is no message yet */
export function promptSize(messages: readonly unknown[], tools: Iterable<Tool>, imageTokens?: number): PromptSize {
  const described = [...tools].map(({ name, description, inputSchema }) => [name, description, inputSchema])
  const pictures = imageTokens === undefined ? (messages as readonly PromptMessage[]).flatMap(picturesOf) : []
  return {
    bytes: Buffer.byteLength(JSON.stringify([messages, described])),
    imageTokens: pictures.reduce((sum, { tokens }) => sum + tokens, imageTokens ?? 0),
  }
}
