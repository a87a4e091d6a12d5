import type { ReactNode } from 'react'
import { Slot } from '../../slot.tsx'
import { useWords } from '../../words/use-words.tsx'
import { ConversationList } from './conversation-list.tsx'
import { LastChange } from './last-change.tsx'
import { NewChatLink } from './new-chat-link.tsx'

/** @param children the button that hides it all */
export function SidebarContent({ children }: { children: ReactNode }) {
  return (
    <>
      <div className="flex items-center justify-between">
        <ProductName />
        {children}
      </div>
      <NewChatLink />
      <ConversationList />
      <LastChange />
      <div className="-mx-1 flex gap-1 border-line border-t pt-2 empty:hidden *:flex *:min-w-0 *:flex-1 *:items-center *:gap-2 *:rounded-md *:px-2 *:py-1.5 *:text-quiet *:text-sm *:hover:bg-hover *:hover:text-ink *:aria-[current=page]:bg-hover *:aria-[current=page]:text-ink">
        <Slot name="SidebarPages" />
        <Slot name="SidebarCommands" />
      </div>
      <div className="-mx-1 flex gap-1 text-quiet text-sm empty:hidden">
        <Slot name="SidebarSettings" />
      </div>
      <Slot name="SidebarFoot" />
    </>
  )
}

export function ProductName() {
  const core = useWords('core')
  return <p className="px-2 py-2 font-semibold tracking-tight">{core.product}</p>
}
