import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { Conversation } from '../../../chat/conversation.tsx'
import { loadConversation } from '../../../server/api.ts'
import { loadWords } from '../../../server/language.ts'
import { Notice } from '../../../ui/notice.tsx'

interface Props {
  params: Promise<{ id: string }>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const conversation = await loadConversation((await params).id)
  return conversation && conversation !== 'unknown' ? { title: conversation.title } : {}
}

export default async function Page({ params }: Props) {
  const { id } = await params
  const conversation = await loadConversation(id)
  if (conversation === 'unknown') notFound()
  if (!conversation) {
    const { problem, crash } = await loadWords('core')
    return (
      <Notice detail={problem.conversationUnavailable} title={crash.title}>
        {/* A plain link to this page: a full load asks the API again. */}
        <a href={`/c/${id}`}>{crash.retry}</a>
      </Notice>
    )
  }
  return <Conversation loaded={conversation} />
}
