import { type Language, languages } from '../../words/translated.ts'

/**
 * Of the page's languages the one that a browser likes best, whatever the country: `de-AT` is German.
 *
 * @param accepted an `Accept-Language` header (RFC 9110, 12.5.4): `de-AT, de;q=0.9, en;q=0.8`
 */
export function preferredLanguage(accepted: string): Language {
  const ranges = accepted.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase())
    const quality = parameters.find((one) => one.startsWith('q='))?.slice(2)
    return { language: tag.split('-')[0], quality: quality === undefined ? 1 : Number(quality) }
  })
  const wanted = ranges.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality)
  const known = wanted.flatMap(({ language }) => languages.find((one) => one === language) ?? [])
  return known[0] ?? languages[0]
}
