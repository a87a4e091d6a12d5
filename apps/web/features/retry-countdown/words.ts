import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    retryIn: 'Retry in {wait}',
    retryNow: 'You can retry now.',
  },

  de: {
    retryIn: 'Erneut in {wait}',
    retryNow: 'Du kannst es jetzt erneut versuchen.',
  },
})
