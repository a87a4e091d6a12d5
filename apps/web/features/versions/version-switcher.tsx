'use client'

import type { ChatMessage } from '@repo/contract/message'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useTurnControls } from '../../chat/turn/turn-controls.tsx'
import { IconButton } from '../../ui/icon-button.tsx'
import { useWords } from '../../words/use-words.tsx'

const directions = [
  { by: 'previous', step: -1, Icon: ChevronLeft },
  { by: 'next', step: 1, Icon: ChevronRight },
] as const

/** The version that a button brought to the page, and which button: focus goes on where it was, once. */
let arrived: { id: string; by: 'previous' | 'next' } | undefined

/** "2 of 3", with the ways to the version before and after. */
export default function VersionSwitcher({ message: { id } }: { message: ChatMessage }) {
  const text = useWords('versions')
  const { busy, versions, showVersion, say } = useTurnControls()
  const all = versions[id]
  if (!all || busy) return null
  const index = all.indexOf(id)

  const go = async (by: 'previous' | 'next', to: string) => {
    arrived = { id: to, by }
    const shown = await showVersion(to)
    say(shown ? text.shown({ index: all.indexOf(to) + 1, count: all.length }) : text.unavailable)
    if (!shown) arrived = undefined
  }
  const button = ({ by, step, Icon }: (typeof directions)[number]) => {
    const to = all[index + step]
    return (
      <IconButton
        aria-disabled={to === undefined}
        className="aria-disabled:opacity-40 aria-disabled:hover:bg-transparent"
        label={text[by]}
        onClick={() => to !== undefined && go(by, to)}
        ref={(button) => {
          if (!button || arrived?.id !== id || arrived.by !== by) return
          arrived = undefined
          button.focus()
        }}
      >
        <Icon size={15} />
      </IconButton>
    )
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div aria-label={text.group} className="flex items-center text-quiet text-xs tabular-nums" role="group">
      {button(directions[0])}
      <span>{text.position({ index: index + 1, count: all.length })}</span>
      {button(directions[1])}
    </div>
  )
}
