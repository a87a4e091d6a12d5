import type { WireCase } from '../../wire-cases.ts'

export const cases: Readonly<Record<string, WireCase>> = {
  citations: {
    ...{ text: 'Whole [1] answer [2].', sources: ['https://example.com/a Page A', 'https://example.com/b'] },
  },
  annotations: { sources: ['https://example.com/a Page A'] },
}
