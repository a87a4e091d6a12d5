import { translated } from '../../words/translated.ts'

export const words = translated({
  en: { theme: 'Theme', system: 'As the system', light: 'Light', dark: 'Dark' },
  de: { theme: 'Design', system: 'Wie das System', light: 'Hell', dark: 'Dunkel' },
})
