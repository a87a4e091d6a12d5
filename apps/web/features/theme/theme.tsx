'use client'

import { SunMoon } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { keepPreference, useAppState } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { useWords } from '../../words/use-words.tsx'
import { CompactSelect } from '../sidebar/compact-select.tsx'
import './theme.css'

export const theme: Feature = { Page: BarColour, SidebarSettings: ThemeSwitch }

const choices = ['system', 'light', 'dark'] as const
type Choice = (typeof choices)[number]

/** `--color-canvas` of each: a phone's bars are of it, too. */
const canvas = { light: '#ffffff', dark: '#141517' }

const CHOSEN = 'theme-chosen'
/** Since the page was loaded. */
let chosen: Choice | undefined

function choose(choice: Choice): void {
  chosen = choice
  keepPreference('theme', choice)
  document.documentElement.dataset.theme = choice
  dispatchEvent(new Event(CHOSEN))
}

function subscribe(onChange: () => void): () => void {
  addEventListener(CHOSEN, onChange)
  return () => removeEventListener(CHOSEN, onChange)
}

function useChoice(): Choice {
  const { theme } = useAppState().preferences
  const kept = choices.find((one) => one === theme) ?? 'system'
  return useSyncExternalStore(
    subscribe,
    () => chosen ?? kept,
    () => kept,
  )
}

function BarColour() {
  const choice = useChoice()
  if (choice !== 'system') return <meta content={canvas[choice]} name="theme-color" />
  return (['light', 'dark'] as const).map((scheme) => (
    <meta content={canvas[scheme]} key={scheme} media={`(prefers-color-scheme: ${scheme})`} name="theme-color" />
  ))
}

function ThemeSwitch() {
  const text = useWords('theme')
  const choice = useChoice()
  return (
    <CompactSelect
      icon={<SunMoon size={16} />}
      label={text.theme}
      onChange={({ target }) => choose(target.value as Choice)}
      value={choice}
    >
      {choices.map((one) => (
        <option key={one} value={one}>
          {text[one]}
        </option>
      ))}
    </CompactSelect>
  )
}
