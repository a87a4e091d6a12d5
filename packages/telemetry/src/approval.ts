import { trace } from '@opentelemetry/api'
import { type ApprovalDecision, approvalDecisions, attribute, event } from './catalogue.ts'
import { instruments } from './instruments.ts'

/** A person is asked about a call: from here on the tool's series exist, so that the first increase is not lost. */
export function approvalAsked(tool: string): void {
  for (const decision of approvalDecisions) instruments().toolApprovals.add(0, attributesOf(tool, decision))
}

/** @param tool one that exists: what a model makes up must not become a label */
export function approvalDecided(tool: string, decision: ApprovalDecision): void {
  instruments().toolApprovals.add(1, attributesOf(tool, decision))
  trace.getActiveSpan()?.addEvent(event.approval, attributesOf(tool, decision))
}

const attributesOf = (tool: string, decision: ApprovalDecision) => ({
  [attribute.toolName]: tool,
  [attribute.approvalDecision]: decision,
})
