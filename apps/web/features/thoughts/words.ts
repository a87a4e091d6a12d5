import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    thinking: 'Thinking…',
    thoughts: 'Thoughts',
    thoughtFor: 'Thought for {duration}',
  },

  de: {
    thinking: 'Denkt nach…',
    thoughts: 'Gedanken',
    thoughtFor: '{duration} nachgedacht',
  },
})
