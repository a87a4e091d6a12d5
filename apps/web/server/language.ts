import { cache } from 'react'
import { wantedLanguage } from '../features/translation/wanted-language.ts'
import { type Formats, formats } from '../format/numbers.ts'
import { core } from '../words/core.ts'
import * as features from '../words/features.ts'
import { type Language, spoken } from '../words/translated.ts'
import type { AllWords, WordsOf, WordsOfPage } from '../words/use-words.tsx'

const all: Record<string, { en: unknown; de?: unknown }> = Object.assign({ core }, features)

/** The language of the page. */
export const pageLanguage = cache(async (): Promise<Language> => {
  let language: Language = 'en'
  language = await wantedLanguage()
  return language
})

/** What the page is sent: all words, in one language. */
export function wordsIn(language: Language): WordsOfPage {
  return Object.fromEntries(Object.entries(all).map(([name, words]) => [name, words[language] ?? words.en]))
}

/** The words of a feature, or of the core, where the server renders. */
export async function loadWords<Name extends keyof AllWords>(name: Name): Promise<WordsOf<Name>> {
  const language = await pageLanguage()
  return spoken(wordsIn(language)[name], language) as WordsOf<Name>
}

/** Numbers as the language of the page writes them, where the server renders. */
export async function loadFormats(): Promise<Formats> {
  return formats(await pageLanguage())
}
