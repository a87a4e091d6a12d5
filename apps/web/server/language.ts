import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import { type Formats, formats } from '../format/numbers.ts'
import { core } from '../words/core.ts'
import * as features from '../words/features.ts'
import { type Language, languages, spoken } from '../words/translated.ts'
import type { AllWords, WordsOf, WordsOfPage } from '../words/use-words.tsx'
import { preferredLanguage } from './preferred-language.ts'

const all: AllWords = { core, ...features }

/** The language of the page: the one that was chosen in it, or the browser's. */
export const pageLanguage = cache(async (): Promise<Language> => {
  const chosen = (await cookies()).get('ui-language')?.value
  const accepted = (await headers()).get('accept-language') ?? ''
  return languages.find((one) => one === chosen) ?? preferredLanguage(accepted)
})

/** What the page is sent: all words, in one language. */
export function wordsIn(language: Language): WordsOfPage {
  return Object.fromEntries(Object.entries(all).map(([name, words]) => [name, words[language]]))
}

/** The words of a feature, or of the core, where the server renders. */
export async function loadWords<Name extends keyof AllWords>(name: Name): Promise<WordsOf<Name>> {
  const language = await pageLanguage()
  return spoken(all[name][language], language) as WordsOf<Name>
}

/** Numbers as the language of the page writes them, where the server renders. */
export async function loadFormats(): Promise<Formats> {
  return formats(await pageLanguage())
}
