import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    byItself: 'This page asks again by itself, a few times.',
  },

  de: {
    byItself: 'Diese Seite fragt von selbst noch ein paar Mal.',
  },
})
