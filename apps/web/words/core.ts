import { translated } from './translated.ts'

/** Every sentence and label of the interface, but for those of its features: each has a words.ts of its own. */
export const core = translated({
  en: {
    product: 'LGTM Chat',
    tagline: 'Chat with a language model, and follow every answer into its own trace, logs, tokens and price.',
    skipToComposer: 'Skip to the message field',
    emptyTitle: 'What would you like to know?',
    composer: {
      label: 'Message',
      placeholder: 'Ask anything',
      send: 'Send',
      stop: 'Stop',
      hint: 'Enter sends, Shift+Enter starts a new line, Esc stops.',
    },
    message: {
      user: 'You',
      assistant: 'Assistant',
      log: 'Messages',
      waiting: 'Waiting for the model',
      loading: 'The server is loading its model',
      rejoining: 'Connecting to the answer…',
      jump: 'Jump to latest',
      retry: 'Retry',
      regenerate: 'Regenerate answer',
      code: 'Code',
      codeIn: 'Code in {language}',
      plainCode: 'text',
      table: 'Table',
      image: 'Image',
      noAnswer: 'This message has no answer.',
    },
    // Followed by the API's sentence, where it has one.
    outcome: {
      stopped: 'Stopped by you.',
      disconnected: 'Connection lost before the answer was complete.',
      truncated: 'Cut off.',
      failed: 'Failed.',
      refusal: 'The model declined.',
      empty: 'Empty answer.',
    },
    problem: {
      unreachable: 'The server cannot be reached. Check the connection, then retry.',
      unexpected: 'Something went wrong.',
      cookiesRefused:
        'Your browser keeps no cookies of this page, so nobody could come back to the answer. Allow them for this site, then ask again.',
      conversationUnavailable: 'This conversation cannot be loaded at the moment.',
    },
    notFound: {
      title: 'Not found',
      detail: 'There is no such page, or the conversation belongs to another visitor.',
      home: 'Start a new chat',
    },
    crash: { title: 'This page failed', detail: 'The error has been logged.', retry: 'Try again' },
  },

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
      jump: 'Zum Ende springen',
      retry: 'Erneut versuchen',
      regenerate: 'Neu antworten lassen',
      code: 'Code',
      codeIn: 'Code in {language}',
      plainCode: 'Text',
      table: 'Tabelle',
      image: 'Bild',
      noAnswer: 'Diese Nachricht hat keine Antwort.',
    },
    outcome: {
      stopped: 'Von dir angehalten.',
      disconnected: 'Die Verbindung ist abgerissen, bevor die Antwort fertig war.',
      truncated: 'Abgeschnitten.',
      failed: 'Fehlgeschlagen.',
      refusal: 'Das Modell hat abgelehnt.',
      empty: 'Leere Antwort.',
    },
    problem: {
      unreachable: 'Der Server ist nicht erreichbar. Prüf die Verbindung und versuch es dann noch einmal.',
      unexpected: 'Etwas ist schiefgegangen.',
      cookiesRefused:
        'Dein Browser behält keine Cookies dieser Seite; zur Antwort käme niemand zurück. Erlaub sie für diese Adresse und frag noch einmal.',
      conversationUnavailable: 'Diese Unterhaltung lässt sich gerade nicht laden.',
    },
    notFound: {
      title: 'Nicht gefunden',
      detail: 'Diese Seite gibt es nicht, oder die Unterhaltung gehört jemand anderem.',
      home: 'Neuen Chat beginnen',
    },
    crash: {
      title: 'Diese Seite ist abgestürzt',
      detail: 'Der Fehler wurde protokolliert.',
      retry: 'Erneut versuchen',
    },
  },
})
