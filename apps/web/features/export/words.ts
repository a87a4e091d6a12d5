import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    markdown: 'Export as Markdown',
    json: 'Export as JSON',
  },

  de: {
    markdown: 'Als Markdown exportieren',
    json: 'Als JSON exportieren',
  },
})
