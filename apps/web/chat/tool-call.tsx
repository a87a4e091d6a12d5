'use client'

import { formatDuration } from '../format/numbers.ts'
import { ToolIcon } from '../icons.tsx'
import { text } from '../text.ts'
import { disclosure, Marker } from './disclosure.tsx'
import { type ToolPart, toolDuration } from './parts.ts'
import { ScrollRegion } from './scroll-region.tsx'

const words = text.tool

/** One call of a tool: a line with its state and time, which opens to what went in and what came out. */
export function ToolCall({ part, live }: { part: ToolPart; live: boolean }) {
  const took = toolDuration(part)
  const failed = part.state === 'output-error'
  return (
    <details className={`${disclosure} my-3`}>
      <summary>
        <Marker live={live && !('output' in part && part.output !== undefined) && !failed} />
        <ToolIcon size={14} />
        <span className="font-mono text-ink">
          <span className="sr-only">{words.tool} </span>
          {part.toolName}
        </span>
        <span className={failed ? 'text-danger' : ''}>{state(part, live)}</span>
        {took !== null && <span className="tabular-nums">{formatDuration(took)}</span>}
      </summary>
      <div className="mt-2 flex flex-col gap-2 border-line border-s-2 ps-4">
        <Value label={words.input} value={part.input} />
        {part.state === 'output-available' && <Value label={words.output} value={part.output} />}
        {failed && (
          <p>
            <span className="text-xs">{words.error}</span>
            <span className="block text-ink [overflow-wrap:anywhere]">{part.errorText}</span>
          </p>
        )}
      </div>
    </details>
  )
}

function state(part: ToolPart, live: boolean): string {
  if (part.state === 'output-available') return words.done
  if (part.state === 'output-error') return words.failed
  return live ? words.working : words.unfinished
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
