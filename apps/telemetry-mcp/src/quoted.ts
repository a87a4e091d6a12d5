/**
 * A text as a literal of TraceQL, LogQL and PromQL, which all read what Go does: nothing in it ends the literal. JSON's
 * escapes are Go's, but for halves of surrogate pairs; control characters become blanks, because not every parser of these
 * languages knows their escapes.
 */
export function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed().replaceAll(/\p{Cc}/gu, ' '))
}
