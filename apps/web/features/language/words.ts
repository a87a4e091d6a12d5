import { translated } from '../../words/translated.ts'

export const words = translated({ en: { language: 'Language' }, de: { language: 'Sprache' } })
