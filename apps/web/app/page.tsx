import { Conversation } from '../chat/conversation.tsx'

export default function Page() {
  return <Conversation />
}
