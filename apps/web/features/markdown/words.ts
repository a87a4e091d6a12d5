import { translated } from '../../words/translated.ts'

export const words = translated({
  en: { code: 'Code', codeIn: 'Code in {language}', plain: 'text', table: 'Table', image: 'Image' },
  de: { code: 'Code', codeIn: 'Code in {language}', plain: 'Text', table: 'Tabelle', image: 'Bild' },
})
