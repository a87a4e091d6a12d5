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
  of: (name: string) => unknown
}

const Context = createContext<Speech | null>(null)

interface Props {
  language: Language
  words: WordsOfPage
  children: ReactNode
}

/** The language of what is below. Its words come with the page: the scripts hold none. */
export function WithWords({ language, words, children }: Props) {
  const [shown, setShown] = useState(() => speech(language, words))
  // Another language, after a choice.
  if (shown.language !== language) setShown(speech(language, words))
  return <Context value={shown}>{children}</Context>
}

function speech(language: Language, words: WordsOfPage): Speech {
  const said = new Map<string, unknown>()
  const of = (name: string) => {
    if (!said.has(name)) said.set(name, spoken(words[name], language))
    return said.get(name)
  }
  return { language, of }
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
  return useSpeech().of(name) as WordsOf<Name>
}

/** Numbers as the language of the page writes them. */
export function useFormats(): Formats {
  return formats(useLanguage())
}
