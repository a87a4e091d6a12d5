'use client'

import type { ChatMessage } from '@repo/contract/message'
import { Wrench } from 'lucide-react'
import type { PartProps } from '../../feature.ts'
import { disclosure, Marker } from '../../ui/disclosure.tsx'
import { ScrollRegion } from '../../ui/scroll-region.tsx'
import { useFormats, useWords, type WordsOf } from '../../words/use-words.tsx'

type Part = ChatMessage['parts'][number]
type ToolPart = Extract<Part, { type: 'dynamic-tool' }>

/** A call, or what is to be known of tools that are away. */
export default function ToolPart({ message, index, live }: PartProps) {
  const part = message.parts[index]
  if (part?.type === 'dynamic-tool') return <ToolCall live={live} part={part} />
  if (part?.type !== 'data-notice') return null
  return (
    <p className="mb-3 border-line border-s-2 ps-3 text-quiet text-sm">
      {part.data.server}: <span lang="en">{part.data.message}</span>
    </p>
  )
}

/** One call of a tool: a line with its state and time, which opens to what went in and what came out. */
function ToolCall({ part, live }: { part: ToolPart; live: boolean }) {
  const text = useWords('toolCalls')
  const { duration } = useFormats()
  const took = toolDuration(part)
  const failed = part.state === 'output-error'
  return (
    <details className={`${disclosure} my-3`}>
      <summary>
        <Marker live={live && !part.state.startsWith('output') && part.state !== 'approval-requested'} />
        <Wrench size={14} />
        <span className="min-w-0 font-mono text-ink [overflow-wrap:anywhere]">
          <span className="sr-only">{text.tool} </span>
          {part.toolName}
        </span>
        <span className={`shrink-0 ${failed ? 'text-danger' : ''}`}>{state(part, live, text)}</span>
        {took !== null && <span className="tabular-nums">{duration(took)}</span>}
      </summary>
      <div className="mt-2 flex flex-col gap-2 border-line border-s-2 ps-4">
        <Value label={text.input} value={part.input} />
        {part.state === 'output-available' && <Value label={text.output} value={part.output} />}
        {failed && (
          <p>
            <span className="text-xs">{text.error}</span>
            <span className="block text-ink [overflow-wrap:anywhere]" lang="en">
              {part.errorText}
            </span>
          </p>
        )}
      </div>
    </details>
  )
}

/** In milliseconds; null where it is not known. */
function toolDuration(part: ToolPart): number | null {
  const result = 'resultProviderMetadata' in part ? part.resultProviderMetadata : undefined
  const known = result?.chat?.durationMs ?? part.callProviderMetadata?.chat?.durationMs
  return typeof known === 'number' ? known : null
}

function state(part: ToolPart, live: boolean, text: WordsOf<'toolCalls'>): string {
  if (part.state === 'output-available') return text.done
  if (part.state === 'output-error') return text.failed
  if (part.state === 'output-denied') return text.denied
  if (!live) return text.unfinished
  return part.state === 'approval-requested' ? text.asks : text.working
}

function Value({ label, value }: { label: string; value: unknown }) {
  if (value === undefined) return null
  return (
    <div>
      <p className="text-xs">{label}</p>
      <ScrollRegion aria-label={label} className="max-h-64 text-ink">
        <pre className="font-mono text-[0.8125rem] leading-relaxed" dir="ltr">
          {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
        </pre>
      </ScrollRegion>
    </div>
  )
}
