'use client'

import { createMathPlugin } from '@streamdown/math'
import 'katex/dist/katex.min.css'
// What is copied out of a formula is its source.
import 'katex/contrib/copy-tex'
import Markdown from '../markdown/rendered.tsx'

const plugins = { math: createMathPlugin({ errorColor: 'var(--color-danger)' }) }

export default function Rendered({ children }: { children: string }) {
  return <Markdown plugins={plugins}>{children}</Markdown>
}
