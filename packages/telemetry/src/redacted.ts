/** What is said at most of one message; traces are no archive, and Tempo cuts long attributes without regard for JSON. */
export const MAX_CHARS = 2000

/** API keys, JSON web tokens, bearer tokens, credentials in a URL, e-mail addresses: the same as Alloy redacts. */
const SECRETS =
  /\bsk-[\w-]{16,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\bbearer +[\w.~+/=-]{8,}|(?<=:\/\/)[^/@: ]*:[^/@ ]+(?=@)|[\w.%+-]+@[\w.-]+\.[a-z]{2,}/gi

/** Text without secrets, cut to 2,000 characters. */
export function redacted(text: string): string {
  return cut(text.replaceAll(SECRETS, '[redacted]'))
}

function cut(text: string): string {
  return text.length <= MAX_CHARS
    ? text
    : `${text.slice(0, MAX_CHARS).toWellFormed()} [${text.length - MAX_CHARS} more characters]`
}
