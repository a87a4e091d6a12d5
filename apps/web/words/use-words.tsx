'use client'

import { createContext, type ReactNode, use, useState } from 'react'
import { type Formats, formats } from '../format/numbers.ts'
import type { core } from './core.ts'
import type * as features from './features.ts'
import { type Language, type Spoken, spoken } from './translated.ts'

/** Of the core and of each feature. */
export type AllWords = { readonly core: typeof core } & Omit<typeof features, 'core'>
export type WordsOf<Name extends keyof AllWords> = Spoken<AllWords[Name]['en']>

/** In one language, by the name of the feature. */
export type WordsOfPage = Readonly<Record<string, unknown>>

interface Speech {
  language: Language
  words: WordsOfPage
}

const Context = createContext<Speech | null>(null)

/** The language of what is below. Its words come with the page: the scripts hold none. */
export function WithWords({ children, ...given }: Speech & { children: ReactNode }) {
  const [shown, setShown] = useState(given)
  // Another language, after a choice.
  if (shown.language !== given.language) setShown(given)
  return <Context value={shown}>{children}</Context>
}

function useSpeech(): Speech {
  const known = use(Context)
  if (!known) throw new Error('there are no words without WithWords above')
  return known
}

export function useLanguage(): Language {
  return useSpeech().language
}

/** The words of a feature, or of the core, in the language of the page. */
export function useWords<Name extends keyof AllWords>(name: Name): WordsOf<Name> {
  const { words, language } = useSpeech()
  return spoken(words[name], language) as WordsOf<Name>
}

/** Numbers as the language of the page writes them. */
export function useFormats(): Formats {
  return formats(useLanguage())
}
