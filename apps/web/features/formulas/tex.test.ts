import { expect, test } from 'vitest'
import { hasFormula, withFormulas } from './tex.ts'

test.each([
  ['so $x^2$ is', 'so $$x^2$$ is'],
  ['$2x + 1$, and $5', '$$2x + 1$$, and $5'],
  ['so \\(a+b\\) is', 'so $$a+b$$ is'],
  ['then\n\\[ a+b \\]\nso', 'then\n\n$$\na+b\n$$\n\nso'],
  ['$$a+b$$', '\n$$\na+b\n$$\n'],
  ['1. then\n   \\[ a\n   +b \\]\n2. so', '1. then\n   \n   $$\n   a\n   +b\n   $$\n   \n2. so'],
  ['- so $$a+b$$', '- so $$a+b$$'],
  ['- $$a+b$$\n- c', '- \n  $$\n  a+b\n  $$\n  \n- c'],
  ['> \\[a+b\\] is', '> \n> $$\n> a+b\n> $$\n>  is'],
  ['$$\na+b\n$$', '$$\na+b\n$$'],
  ['$$\na+ while it streams', '$$\na+ while it streams'],
  ['\\[ a `b` \\]', '\n$$\na `b`\n$$\n'],
  ['$\\frac{1}{2}$ of $\\$5$', '$$\\frac{1}{2}$$ of $$\\$5$$'],
])('%j is a formula', (markdown, written) => {
  expect(withFormulas(markdown)).toBe(written)
  expect(hasFormula(markdown)).toBe(true)
})

test.each([
  'It is $5 and $10.',
  'From $1,000 to $2,000, or US$5 and US$10',
  '$5-$10, ($5)/($10), $1.50/$2.00',
  'It is $5 or 10$ here, $5/month and 10$ a year',
  '$HOME and $PATH, $HOME/$USER',
  'a \\$5 note and \\$6',
  '`$x$` and ``a ` $x$``',
  '```sh\necho $a$ \\(b\\)\n```',
  '```sh\necho $a$ still streaming',
  '$5$',
  'the process id is $$ in a shell',
  'an unfinished $x^2',
  'a list[0] and f(x)',
])('%j is none', (markdown) => {
  expect(withFormulas(markdown)).toBe(markdown)
  expect(hasFormula(markdown)).toBe(false)
})
