import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    search: 'Search conversations',
    nothing: 'Nothing found for “{query}”.',
    found: '{count} found',
    more: 'More than {count} found',
    failed: 'The conversations could not be searched. Try again.',
  },

  de: {
    search: 'Unterhaltungen suchen',
    nothing: 'Nichts gefunden für „{query}“.',
    found: '{count} gefunden',
    more: 'Mehr als {count} gefunden',
    failed: 'Die Suche hat nicht geklappt. Versuch es noch einmal.',
  },
})
