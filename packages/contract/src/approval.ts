import { z } from 'zod'

/** `POST /api/conversations/:id/approvals/:approvalId`. */
export const approvalSchema = z.object({
  decision: z
    .enum(['once', 'conversation', 'deny'])
    .describe('`conversation`: this call and all others of the tool in this conversation.'),
})
export type Approval = z.infer<typeof approvalSchema>

/** What is known of a call that waits, beside its name and input: the part's `approval.descriptor`. */
export interface ApprovalDescriptor {
  /** The MCP server that would run it; null: the chat itself. */
  readonly server: string | null
  /** The tool's own, as the model has it. */
  readonly description: string
  /** Its server says that it may destroy something. */
  readonly destructive: boolean
  /** ISO 8601: without an answer until then, it does not run. */
  readonly expiresAt: string
}

/** What became of a call that asked first: the part's `callProviderMetadata.chat.decision`. */
export type Decided = 'once' | 'conversation' | 'remembered' | 'denied' | 'expired'
