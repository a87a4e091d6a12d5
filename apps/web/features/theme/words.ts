import { translated } from '../../words/translated.ts'

export const words = translated({
  en: { theme: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  de: { theme: 'Design', system: 'System', light: 'Hell', dark: 'Dunkel' },
})
