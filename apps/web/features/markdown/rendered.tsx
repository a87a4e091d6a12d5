'use client'

import { type ComponentProps, isValidElement, memo } from 'react'
import { type Components, defaultRehypePlugins, type ExtraProps, Streamdown, type StreamdownProps } from 'streamdown'
import { Slot } from '../../slot.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { useWords } from '../../words/use-words.tsx'

/**
 * An answer's Markdown, also while it is incomplete. Streamdown splits it into blocks and renders only the ones that
 * changed. It drops unsafe links, and is told here to show HTML as text and not to load images.
 */
export default memo(function Markdown({ children, plugins }: Pick<StreamdownProps, 'plugins'> & { children: string }) {
  return (
    <div className="answer">
      <Streamdown
        components={components}
        controls={false}
        dir="auto"
        linkSafety={{ enabled: false }}
        // Streamdown's utility classes would mix with those of the same name that the interface uses.
        prefix="unstyled"
        rehypePlugins={rehypePlugins}
        {...(plugins && { plugins })}
      >
        {children}
      </Streamdown>
    </div>
  )
})

// All but `raw`, which would make elements of HTML in the answer. next.config.ts leaves its parser out of the bundle.
const rehypePlugins = Object.entries(defaultRehypePlugins).flatMap(([name, plugin]) => (name === 'raw' ? [] : [plugin]))

const components: Components = {
  pre: CodeBlock,
  table: ScrollingTable,
  img: ImageLink,
  // Streamdown's own elements bring classes that are not generated here (see answer.css).
  strong: ({ children }) => <strong>{children}</strong>,
}

function CodeBlock({ children }: ComponentProps<'pre'> & ExtraProps) {
  const text = useWords('markdown')
  const code = isValidElement<{ className?: string; children?: unknown }>(children) ? children.props : {}
  const language = code.className?.match(/language-([^\s]+)/)?.[1] ?? ''
  const source = String(code.children ?? '').replace(/\n$/, '')
  return (
    <div className="overflow-hidden rounded-lg border border-line bg-surface" dir="ltr">
      <div className="flex items-center justify-between border-line border-b py-1 ps-4 pe-1.5 text-quiet text-xs">
        <span>{language || text.plain}</span>
        <Slot name="CodeActions" source={source} />
      </div>
      <ScrollRegion aria-label={language ? text.codeIn({ language }) : text.code} className="px-4 py-3">
        <pre className="font-mono text-[0.8125rem] leading-relaxed">
          <code>{source}</code>
        </pre>
      </ScrollRegion>
    </div>
  )
}

function ScrollingTable({ children }: ComponentProps<'table'> & ExtraProps) {
  const text = useWords('markdown')
  return (
    <ScrollRegion aria-label={text.table} className="rounded-lg border border-line">
      <table>{children}</table>
    </ScrollRegion>
  )
}

/** An image would tell its host that it was looked at, and what a prompt made the model put into its address. */
function ImageLink({ src, alt }: ComponentProps<'img'> & ExtraProps) {
  const text = useWords('markdown')
  return (
    <a href={typeof src === 'string' ? src : undefined} rel="noreferrer" target="_blank">
      {alt || text.image}
    </a>
  )
}
