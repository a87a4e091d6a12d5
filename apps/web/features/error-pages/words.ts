import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    notFound: 'Not found',
    unknown: 'There is no such page, or the conversation belongs to another visitor.',
    home: 'Start a new chat',
    logged: 'The error has been logged.',
  },

  de: {
    notFound: 'Nicht gefunden',
    unknown: 'Diese Seite gibt es nicht, oder die Unterhaltung gehört jemand anderem.',
    home: 'Neuen Chat beginnen',
    logged: 'Der Fehler wurde protokolliert.',
  },
})
