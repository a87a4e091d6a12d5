import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    goOn: 'Continue',
    // Sent as a question, and stands in the conversation.
    please: 'Please continue exactly where your answer broke off.',
  },

  de: {
    goOn: 'Fortsetzen',
    please: 'Bitte mach genau da weiter, wo deine Antwort abgebrochen ist.',
  },
})
