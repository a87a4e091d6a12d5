/** Fenced and inline code, to its end or, while it streams, to the end of what there is. */
const CODE = /(^ {0,3}(?:```|~~~)[\s\S]*?(?:^ {0,3}(?:```|~~~)[ \t]*$|$(?![\s\S])))|(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/gm

const DISPLAY = /\\\[([\s\S]+?)\\\]|(?<=^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*)\$\$([^$\n]+)\$\$[ \t]*$/gm
const INLINE = /\\\((.+?)\\\)/g
/**
 * As Pandoc: no space inside of the dollars, no letter or digit around them. A backslash before makes a dollar a dollar.
 */
const DOLLARS = /(?<![\\$\w])\$(?![\s$])((?:\\.|[^$\\\n])+?)(?<!\s)\$(?![\w$])/g
/** "$5 or 10$" is an amount of money and words; "$5x + 1$" is none. */
const PRICE = /^[\d.,]+([\s/]\D*?[a-zA-Z]{2}|$)/

/** The quotes and lists that a line stands in: what is set in lines of its own stays in them. */
const BLOCKS = /^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)*/

/** In the place of what is not looked at again; the characters are for private use. */
const KEPT = /\uE000(\d+)\uE001/g

/**
 * Writes each formula as the one kind that the renderer takes for one, between two dollars: `\(…\)`, `\[…\]`, `$…$`. Single
 * dollars are left alone where they are prices, and everything is in code.
 */
export function withFormulas(markdown: string): string {
  const kept: string[] = []
  const keep = (found: string) => `\uE000${kept.push(found) - 1}\uE001`
  const restore = (text: string): string => text.replace(KEPT, (_, index) => restore(kept[Number(index)] ?? ''))
  const written = markdown
    .replace(CODE, keep)
    .replace(DISPLAY, (_, bracketed: string | undefined, dollars: string | undefined, at: number, text: string) => {
      const line = text.slice(text.lastIndexOf('\n', at - 1) + 1)
      const inside = (BLOCKS.exec(line)?.[0] ?? '').replace(/[^>\s]/g, ' ')
      const tex = (bracketed ?? dollars ?? '').trim().replace(/\n[ \t>]*/g, '\n')
      return keep(['', '$$', ...tex.split('\n'), '$$', ''].join(`\n${inside}`))
    })
    .replace(INLINE, (_, tex: string) => keep(`$$${tex.trim()}$$`))
    .replace(DOLLARS, (found, tex: string) => (PRICE.test(tex) ? found : keep(`$$${tex}$$`)))
  return restore(written)
}

/** True if there is a formula to render, as far as it has arrived. */
export function hasFormula(markdown: string): boolean {
  return /[$\\]/.test(markdown) && /\$\$[^$]+\$\$|^\s*\$\$\s*$/m.test(withFormulas(markdown).replace(CODE, ''))
}
