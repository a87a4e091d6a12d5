/** What is said at most of one message; traces are no archive, and Tempo cuts long attributes without regard for JSON. */
const MAX_CHARS = 2000

/** API keys, JSON web tokens, bearer tokens, credentials in a URL, e-mail addresses: the same as Alloy redacts. */
const SECRETS =
  /\bsk-[\w-]{16,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|\bbearer +[\w.~+/=-]{8,}|(?<=:\/\/)[^/@: ]*:[^/@ ]+(?=@)|[\w.%+-]+@[\w.-]+\.[a-z]{2,}/gi

/** Whether prompts and answers go into telemetry. Off unless asked for, as the GenAI conventions want. */
export function capturesContent(): boolean {
  return process.env.OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT === 'true'
}

/**
 * Messages in the form of `gen_ai.input.messages` and `gen_ai.output.messages`: a JSON string, each text redacted and
 * then cut to 2,000 characters.
 */
export function contentAttribute(messages: readonly { role: string; text: string }[]): string {
  return JSON.stringify(
    messages.map(({ role, text }) => ({
      role,
      parts: [{ type: 'text', content: redacted(text) }],
    })),
  )
}

/** Text without secrets, cut to 2,000 characters. */
export function redacted(text: string): string {
  return cut(text.replaceAll(SECRETS, '[redacted]'))
}

function cut(text: string): string {
  return text.length <= MAX_CHARS
    ? text
    : `${text.slice(0, MAX_CHARS).toWellFormed()} [${text.length - MAX_CHARS} more characters]`
}
