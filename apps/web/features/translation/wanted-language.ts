import { cookies, headers } from 'next/headers'
import { type Language, languages } from '../../words/translated.ts'
import { preferredLanguage } from './preferred-language.ts'

/** The language that was chosen in the page, or the browser's. */
export async function wantedLanguage(): Promise<Language> {
  const chosen = (await cookies()).get('ui-language')?.value
  return languages.find((one) => one === chosen) ?? preferredLanguage((await headers()).get('accept-language') ?? '')
}
