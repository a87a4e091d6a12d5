'use client'

import { Keyboard } from 'lucide-react'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Turn } from '../../chat/turn/use-turn.ts'
import type { Feature, SidebarControls } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { useShortcuts } from './use-shortcuts.ts'

export const shortcuts: Feature = { Sidebar: Shortcuts, SidebarCommands: HelpButton, Turn: StopOnEscape }

const HelpSheet = lazy(() => import('./help-sheet.tsx'))

const HELP = 'help-wanted'
const askForHelp = () => dispatchEvent(new Event(HELP))

function Shortcuts({ sidebar }: { sidebar: SidebarControls }) {
  const [helping, setHelping] = useState(false)
  useEffect(() => {
    const help = () => setHelping(true)
    addEventListener(HELP, help)
    return () => removeEventListener(HELP, help)
  }, [])

  useShortcuts({
    newChat: () => document.querySelector<HTMLElement>('[data-new-chat]')?.click(),
    search: () => sidebar.show(true, 'input'),
    message: () => document.getElementById('message')?.focus(),
    // What its own button does, with its own confirmation.
    copy: () => [...document.querySelectorAll<HTMLElement>('[data-copy-answer]')].at(-1)?.click(),
    sidebar: () => sidebar.show(!sidebar.isShown(), 'button'),
    help: askForHelp,
  })
  return (
    helping && (
      <Suspense>
        <HelpSheet onClose={() => setHelping(false)} />
      </Suspense>
    )
  )
}

function StopOnEscape({ turn: { busy, stop } }: { turn: Turn }) {
  useEffect(() => {
    if (!busy) return
    const stopOnEscape = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) stop()
    }
    addEventListener('keydown', stopOnEscape)
    return () => removeEventListener('keydown', stopOnEscape)
  }, [busy, stop])
  return null
}

function HelpButton() {
  const text = useWords('shortcuts')
  return (
    <button
      className="pointer-coarse:hidden"
      onClick={({ currentTarget }) => {
        currentTarget.closest('dialog')?.close()
        askForHelp()
      }}
      type="button"
    >
      <Keyboard size={16} /> {text.open}
    </button>
  )
}
