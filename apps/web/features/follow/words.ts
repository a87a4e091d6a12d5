import { translated } from '../../words/translated.ts'

export const words = translated({ en: { jump: 'Jump to latest' }, de: { jump: 'Zum Ende springen' } })
