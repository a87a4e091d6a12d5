import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    thinking: 'Thinking…',
    answering: 'Answering',
    usingTools: 'Using tools',
    stopping: 'Stopping',
    ready: 'Answer ready: {start}',
  },

  de: {
    thinking: 'Denkt nach…',
    answering: 'Antwortet',
    usingTools: 'Benutzt Werkzeuge',
    stopping: 'Hält an',
    ready: 'Antwort fertig: {start}',
  },
})
