import { describe, expect, it } from 'vitest'
import { calculate } from './calculator.ts'

describe('the calculator', () => {
  it.each([
    ['0.1 + 0.2', '0.3'],
    ['17% * 2340', '397.8'],
    ['1 / 3 * 3', '1'],
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['-2^2', '-4'],
    ['(-2)^2', '4'],
    ['2^3^2', '512'],
    ['2 ** -1', '0.5'],
    ['2 * -3', '-6'],
    ['10 mod 4', '2'],
    ['round(2.345, 2) + max(1, 2, 3)', '5.35'],
    ['sqrt(2)^2', '2'],
    ['log(1000) + ln(e)', '4'],
    ['sin(pi / 6)', '0.5'],
    ['1.5e3 / 2', '750'],
    ['99999999999999999999 + 1', '100000000000000000000'],
    ['PI - pi', '0'],
  ])('%s is %s', (expression, result) => {
    expect(calculate(expression)).toBe(result)
  })

  it.each([
    '',
    '2 +',
    '2 3',
    '(2',
    'sqrt 4',
    'process.exit()',
    'constructor',
    '__proto__(1)',
    '1,000',
    '2 @ 3',
    '1.2.3',
  ])('refuses %s, and says why', (expression) => {
    expect(() => calculate(expression)).toThrow(/cannot be read/)
  })

  it.each(['1 / 0', '0 / 0', 'sqrt(-1)', 'ln(0)', '9^9^9^9^9', '10^2000'])('%s has no finite value', (expression) => {
    expect(() => calculate(expression)).toThrow(/undefined or out of range/)
  })

  it.each([`${'('.repeat(249)}1${')'.repeat(249)}`, 'sin(10^999)', '1.1^(10^900)', 'exp(2000)', '9.9^999.9'])(
    'an expression made to be slow ends soon: %s',
    (expression) => {
      try {
        calculate(expression)
      } catch {}
    },
    5000, // "slow" is minutes
  )
})
