import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    source: 'Source',
  },

  de: {
    source: 'Quelle',
  },
})
