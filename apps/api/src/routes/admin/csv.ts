/** Where a spreadsheet would begin to calculate: a name that somebody chose is not to run anything. */
const FORMULA = /^[=+\-@\t\r\n]|^\s+[=+\-@]/

/** Comma-separated values as RFC 4180 has them, each quoted. What a spreadsheet could take for a formula is made text. */
export function csv(rows: readonly (readonly string[])[]): string {
  const cell = (text: string) => `"${(FORMULA.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}
