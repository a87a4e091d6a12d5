import { text } from '../text.ts'

/** @param template address with `{traceId}` in it */
export function TraceLink({ template, traceId }: { template: string; traceId: string }) {
  return (
    <a
      aria-label={text.signature.traceLabel}
      className="inline-flex min-h-6 items-center underline decoration-line-strong underline-offset-3 hover:text-accent hover:decoration-accent"
      href={template.replace('{traceId}', encodeURIComponent(traceId))}
      rel="noreferrer"
      target="_blank"
    >
      {text.signature.trace}
    </a>
  )
}
