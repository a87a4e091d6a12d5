'use client'

import { Languages } from 'lucide-react'
import { usePathname, useRouter } from 'next/navigation'
import { useEffect, useState } from 'react'
import { hasSession } from '../../chat/turn/session.ts'
import { keepPreference, useAppState } from '../../conversations/app-state.tsx'
import type { Feature } from '../../feature.ts'
import { type Language, languages } from '../../words/translated.ts'
import { useLanguage, useWords } from '../../words/use-words.tsx'
import { CompactSelect } from '../sidebar/compact-select.tsx'

export const language: Feature = { SidebarSettings: LanguageSwitch }

/**
 * Each language by its own name. Another one comes from the server; what is on the page stays, and goes on. So it waits
 * for a conversation that the page has just begun and the server does not know yet.
 */
function LanguageSwitch() {
  const text = useWords('language')
  const language = useLanguage()
  const router = useRouter()
  const { current } = useAppState()
  const id = usePathname().match(/^\/c\/([^/]+)$/)?.[1]
  const ready = !id || current !== undefined || !hasSession(id)
  const [chosen, setChosen] = useState<Language | null>(null)

  useEffect(() => {
    if (chosen === language) setChosen(null)
    else if (chosen && ready) router.refresh()
  }, [chosen, language, ready, router])

  const choose = (to: Language) => {
    keepPreference('language', to)
    setChosen(to)
  }
  return (
    <CompactSelect
      icon={<Languages size={16} />}
      label={text.language}
      onChange={({ target }) => choose(target.value as Language)}
      value={chosen ?? language}
    >
      {languages.map((one) => (
        <option key={one} lang={one} value={one}>
          {new Intl.DisplayNames(one, { type: 'language' }).of(one)}
        </option>
      ))}
    </CompactSelect>
  )
}
