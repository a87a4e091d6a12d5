import { z } from 'zod'
import { CONVERSATION, type Conversations } from '../db/conversations.ts'
import { storable } from '../db/storable.ts'
import type { Tool } from '../extension-points/tools.ts'
import { defineTool, ToolError } from './tool.ts'

const RENAME = `update conversation set title = $2 where id = $1 and deleted_at is null returning ${CONVERSATION}`

export const renameConversation = (conversations: Conversations): Tool =>
  defineTool({
    name: 'rename_conversation',
    title: 'Rename conversation',
    description: 'Gives this conversation another title. Use it only when you are asked to name or rename it.',
    input: z.object({ title: z.string().trim().min(1).max(200) }),
    run: async ({ title }, _signal, conversationId) => {
      const [renamed] = await conversations.query(RENAME, [conversationId, storable(title)])
      if (!renamed) throw new ToolError('The conversation is not there any more.')
      return `The conversation is now called "${title}".`
    },
  })
