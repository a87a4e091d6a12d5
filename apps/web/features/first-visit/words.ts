import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    cookiesRefused:
      'Your browser keeps no cookies of this page, so nobody could come back to the answer. Allow them for this site, then ask again.',
  },

  de: {
    cookiesRefused:
      'Dein Browser behält keine Cookies dieser Seite; zur Antwort käme niemand zurück. Erlaub sie für diese Adresse und frag noch einmal.',
  },
})
