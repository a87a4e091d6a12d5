'use client'

import { Languages } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useOptimistic, useTransition } from 'react'
import { keepPreference } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { CompactSelect } from '../../ui/compact-select.tsx'
import { type Language, languages } from '../../words/translated.ts'
import { useLanguage, useWords } from '../../words/use-words.tsx'

export const language: Feature = { SidebarSettings: LanguageSwitch }

/** Each language by its own name. Another one comes from the server; what is on the page stays, and goes on. */
function LanguageSwitch() {
  const text = useWords('language')
  const router = useRouter()
  const [shown, show] = useOptimistic<Language>(useLanguage())
  const [, startTransition] = useTransition()
  const choose = (chosen: Language) =>
    startTransition(() => {
      keepPreference('language', chosen)
      show(chosen)
      router.refresh()
    })
  return (
    <CompactSelect
      icon={<Languages size={16} />}
      label={text.language}
      onChange={({ target }) => choose(target.value as Language)}
      value={shown}
    >
      {languages.map((one) => (
        <option key={one} lang={one} value={one}>
          {new Intl.DisplayNames(one, { type: 'language' }).of(one)}
        </option>
      ))}
    </CompactSelect>
  )
}
