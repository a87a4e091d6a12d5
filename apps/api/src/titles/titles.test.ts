import { expect, it } from 'vitest'
import { titleOf } from './titles.ts'

const titles: Record<string, [text: string, title: string]> = {
  'is the first sentence': ['How do traces work? I know logs. Thanks!', 'How do traces work?'],
  'is not cut at a version number': ['Why does v1.2 of next.js fail', 'Why does v1.2 of next.js fail'],
  'knows the stops of other scripts': ['追踪是什么？我知道日志。', '追踪是什么？'],
  'is the first line that says something': ['\n\n  Hello\nWorld', 'Hello'],
  'has no Markdown': [
    '## **Why** is `TTFT` in [this guide](https://a.b/c) *so* high?',
    'Why is TTFT in this guide so high?',
  ],
  'is the code where there is only code': ['```ts\nconst a = 1\n```', 'const a = 1'],
  'leaves names with underscores alone': ['Set MAX_OUTPUT_TOKENS to 2 * 3 * 4', 'Set MAX_OUTPUT_TOKENS to 2 * 3 * 4'],
  'is cut at a word': [
    'Explain the difference between exemplars and span metrics in Tempo and Mimir',
    'Explain the difference between exemplars and span metrics…',
  ],
  'is cut where there is no blank': ['x'.repeat(100), `${'x'.repeat(59)}…`],
  'is there even where everything looks like Markdown': ['```', '```'],
}
for (const [promise, [text, title]] of Object.entries(titles)) {
  it(`the title ${promise}`, () => {
    expect(titleOf(text)).toBe(title)
    expect(titleOf(text).length).toBeLessThanOrEqual(60)
  })
}
