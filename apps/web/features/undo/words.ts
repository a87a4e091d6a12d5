import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    undo: 'Undo',
    restored: 'The conversation is back.',
    notRestored: 'The conversation could not be brought back.',
  },

  de: {
    undo: 'Rückgängig',
    restored: 'Die Unterhaltung ist wieder da.',
    notRestored: 'Die Unterhaltung ließ sich nicht zurückholen.',
  },
})
