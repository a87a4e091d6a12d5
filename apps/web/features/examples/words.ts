import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    label: 'Examples',
    examples: [
      'Explain what a trace is, in three sentences.',
      'Show me a TypeScript function that streams server-sent events.',
      'Compare Loki, Tempo and Mimir in a table.',
      'What is 17% of 2,340?',
      'Rename this conversation to “Latency notes”.',
    ],
  },

  de: {
    label: 'Beispiele',
    examples: [
      'Erklär mir in drei Sätzen, was ein Trace ist.',
      'Zeig mir eine TypeScript-Funktion, die Server-Sent Events streamt.',
      'Vergleiche Loki, Tempo und Mimir in einer Tabelle.',
      'Wie viel sind 17 % von 2340?',
      'Nenne diese Unterhaltung „Notizen zur Latenz“.',
    ],
  },
})
