import { core } from '../../words/core.ts'
import { translated } from '../../words/translated.ts'

/** The core's own words; those of the features are in theirs. */
export const words = translated({
  en: core.en,
  de: {
    product: 'LGTM Chat',
    tagline: 'Mit einem Sprachmodell chatten und jeder Antwort in ihren Trace, ihre Logs, Tokens und Kosten folgen.',
    skipToComposer: 'Zum Eingabefeld springen',
    emptyTitle: 'Was möchtest du wissen?',
    composer: {
      label: 'Nachricht',
      placeholder: 'Frag, was du willst',
      send: 'Senden',
      stop: 'Anhalten',
      hint: 'Enter sendet, Umschalt+Enter beginnt eine neue Zeile, Esc hält die Antwort an.',
    },
    message: {
      user: 'Du',
      assistant: 'Assistent',
      log: 'Nachrichten',
      waiting: 'Warten auf das Modell',
      loading: 'Der Server lädt gerade sein Modell',
      rejoining: 'Verbinde mit der Antwort…',
      retry: 'Erneut versuchen',
      noAnswer: 'Diese Nachricht hat keine Antwort.',
    },
    problem: {
      unreachable: 'Der Server ist nicht erreichbar. Prüf die Verbindung und versuch es dann noch einmal.',
      unexpected: 'Etwas ist schiefgegangen.',
      conversationUnavailable: 'Diese Unterhaltung lässt sich gerade nicht laden.',
    },
    crash: { title: 'Diese Seite ist abgestürzt', retry: 'Erneut versuchen' },
  },
})
