'use client'

import type { Conversation } from '@repo/contract/conversation'
import { Download } from 'lucide-react'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'

export const exporting: Feature = { ConversationMenu: ExportItems }

function ExportItems({ conversation: { id } }: { conversation: Conversation }) {
  const text = useWords('exporting')
  return (['markdown', 'json'] as const).map((format) => (
    <a download href={`/api/conversations/${id}/export?format=${format}`} key={format} role="menuitem">
      <Download size={16} /> {text[format]}
    </a>
  ))
}
