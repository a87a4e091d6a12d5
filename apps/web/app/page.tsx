import { NewChat } from '../chat/new-chat.tsx'

export default function Page() {
  return <NewChat />
}
