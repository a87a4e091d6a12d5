import { errorType } from '@repo/telemetry/catalogue'
import { Decimal } from 'decimal.js'
import { z } from 'zod'
import { defineTool, ToolError } from './tool.ts'

/** Digits that are calculated with; fewer are shown, so that 1 / 3 * 3 is 1. The range keeps powers of powers short. */
const Exact = Decimal.clone({ precision: 40, maxE: 1000, minE: -1000, toExpPos: 30, toExpNeg: -15 })
const SHOWN_DIGITS = 30

const functions: Record<string, (...values: Decimal[]) => Decimal> = {
  abs: (x) => x.abs(),
  ceil: (x) => x.ceil(),
  exp: (x) => x.exp(),
  floor: (x) => x.floor(),
  ln: (x) => x.ln(),
  log: (x, base) => x.log(base ?? 10),
  max: (...values) => Exact.max(...values),
  min: (...values) => Exact.min(...values),
  round: (x, places) => x.toDecimalPlaces(places?.toNumber() ?? 0),
  sqrt: (x) => x.sqrt(),
  cos: (x) => x.cos(),
  sin: (x) => x.sin(),
  tan: (x) => x.tan(),
}
const constants: Record<string, Decimal> = { pi: Exact.acos(-1), e: Exact.exp(1) }

export const calculator = defineTool({
  name: 'calculator',
  title: 'Calculator',
  description:
    'Calculates exactly, with decimals. Takes + - * / ^, mod, parentheses, percentages such as 17% * 2340, pi, e, and ' +
    `the functions ${Object.keys(functions).join(', ')}. Use it for every calculation instead of doing it yourself.`,
  input: z.object({ expression: z.string().max(500).describe('For example: (12.5 + 3) * 4 ^ 2') }),
  readOnly: true,
  run: ({ expression }) => calculate(expression),
})

/**
 * Evaluates an expression. Never runs code: numbers, operators and the names above are all there is.
 * @throws {ToolError} when it is no expression, or has no finite value
 */
export function calculate(expression: string): string {
  const value = new Expression(expression).value()
  if (!value.isFinite()) throw new ToolError('The result is undefined or out of range.')
  return value.toSignificantDigits(SHOWN_DIGITS).toString()
}

/** Recursive descent, one method a precedence, the lowest first. No small library does this with exact decimals. */
class Expression {
  readonly #tokens: string[]
  #at = 0

  constructor(text: string) {
    this.#tokens =
      text
        .toLowerCase()
        .replaceAll('**', '^')
        .match(/\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+|[a-z]\w*|\S/g) ?? []
  }

  value(): Decimal {
    const value = this.#sum()
    if (this.#at < this.#tokens.length) throw this.#unexpected()
    return value
  }

  #sum(): Decimal {
    let left = this.#product()
    for (;;) {
      if (this.#take('+')) left = left.plus(this.#product())
      else if (this.#take('-')) left = left.minus(this.#product())
      else return left
    }
  }

  #product(): Decimal {
    let left = this.#signed()
    for (;;) {
      if (this.#take('*', '×', '·')) left = left.times(this.#signed())
      else if (this.#take('/', '÷')) left = left.div(this.#signed())
      else if (this.#take('mod')) left = left.mod(this.#signed())
      else return left
    }
  }

  // Below powers: -2^2 is -4.
  #signed(): Decimal {
    if (this.#take('-', '−')) return this.#signed().neg()
    if (this.#take('+')) return this.#signed()
    return this.#power()
  }

  #power(): Decimal {
    let base = this.#operand()
    while (this.#take('%')) base = base.div(100)
    return this.#take('^') ? base.pow(this.#signed()) : base
  }

  #operand(): Decimal {
    const token = this.#tokens[this.#at++] ?? ''
    if (/^[\d.]*\d[\d.]*(e[+-]?\d+)?$/.test(token)) return new Exact(token)
    if (token === '(') return this.#closed([this.#sum()])[0] as Decimal
    if (Object.hasOwn(constants, token)) return constants[token] as Decimal
    if (Object.hasOwn(functions, token) && this.#take('(')) {
      const values = [this.#sum()]
      while (this.#take(',')) values.push(this.#sum())
      return (functions[token] as (...values: Decimal[]) => Decimal)(...this.#closed(values))
    }
    this.#at--
    throw this.#unexpected()
  }

  #closed(values: Decimal[]): Decimal[] {
    if (!this.#take(')')) throw this.#unexpected()
    return values
  }

  #take(...tokens: string[]): boolean {
    if (!tokens.includes(this.#tokens[this.#at] ?? '')) return false
    this.#at++
    return true
  }

  #unexpected(): ToolError {
    const found = this.#tokens[this.#at]
    const where = found ? `"${found}" does not belong at this place` : 'it ends too early'
    return new ToolError(`The expression cannot be read: ${where}.`, errorType.toolInput)
  }
}
