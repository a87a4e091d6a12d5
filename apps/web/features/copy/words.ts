import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    answer: 'Copy answer',
    question: 'Copy question',
    code: 'Copy code',
    copied: 'Copied',
    forbidden: 'Your browser does not allow copying here. Select the text instead.',
  },

  de: {
    answer: 'Antwort kopieren',
    question: 'Frage kopieren',
    code: 'Code kopieren',
    copied: 'Kopiert',
    forbidden: 'Dein Browser erlaubt hier kein Kopieren. Markier den Text stattdessen.',
  },
})
