import { attribute } from '@repo/telemetry/catalogue'
import { redacted } from '@repo/telemetry/redacted'
import type { Refusal } from '../provider-feature.ts'

/** Characters that a message and a prompt share, from which on it is a quotation. */
const QUOTED = 12
/** Of the prompt; what comes before is not looked through. */
const LOOKED_THROUGH = 500_000
const LONGEST = 500
/** Accounts, and whatever has the looks of a key: long, with letters and digits. */
const KEY_LIKE = /\b(?:org|proj|user|team|acct)-[\w-]{6,}|\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{20,}/gi

/** A refusal as attributes of a span and of a log line, without what is not known. */
export function refusalAttributes(refusal: Refusal, sent: readonly string[]): Record<string, string> {
  const attributes = {
    [attribute.providerErrorCode]: refusal.code,
    [attribute.providerErrorType]: refusal.type,
    [attribute.providerErrorParam]: refusal.param,
    [attribute.providerErrorMessage]: redactRefusal(refusal, sent),
  }
  return Object.fromEntries(Object.entries(attributes).filter((entry): entry is [string, string] => Boolean(entry[1])))
}

/**
 * A refusal as an operator may read it: without keys, accounts and addresses, and without what was sent. Providers quote
 * prompts, and no prompt may get into telemetry this way.
 *
 * @param sent texts of people, models and tools; our own instructions need not be among them
 * @returns at most 500 characters
 */
export function redactRefusal({ message }: Refusal, sent: readonly string[]): string {
  const marks = new Uint8Array(message.length)
  markQuotations(message, sent, marks)
  let kept = ''
  for (let i = 0; i < message.length; i++) {
    if (!marks[i]) kept += message[i]
    else if (!marks[i - 1]) kept += '[…]'
  }
  return redacted(kept).replace(KEY_LIKE, '[redacted]').slice(0, LONGEST).toWellFormed()
}

function markQuotations(message: string, sent: readonly string[], marks: Uint8Array): void {
  const mark = (from: number, length: number) => marks.fill(1, from, from + length)
  const windows = new Map<string, number[]>()
  for (let i = 0; i + QUOTED <= message.length; i++) {
    const window = message.slice(i, i + QUOTED)
    windows.set(window, [...(windows.get(window) ?? []), i])
  }
  let left = LOOKED_THROUGH
  for (const text of sent.toReversed()) {
    const whole = text.trim()
    // A short question is quoted whole.
    if (whole.length > 2 && whole.length < QUOTED)
      for (let at = message.indexOf(whole); at !== -1; at = message.indexOf(whole, at + 1)) mark(at, whole.length)
    for (let i = Math.max(0, text.length - left); i + QUOTED <= text.length; i++)
      for (const at of windows.get(text.slice(i, i + QUOTED)) ?? []) mark(at, QUOTED)
    left -= text.length
    if (left <= 0) return
  }
}
