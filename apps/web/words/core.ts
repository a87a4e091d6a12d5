/**
 * Every sentence and label of the interface, but for those of its features: each has a words.ts of its own. What these
 * are in other languages than English is a feature too: `translation`.
 */
export const core = {
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
      retry: 'Retry',
      noAnswer: 'This message has no answer.',
    },
    problem: {
      unreachable: 'The server cannot be reached. Check the connection, then retry.',
      unexpected: 'Something went wrong.',
      conversationUnavailable: 'This conversation cannot be loaded at the moment.',
    },
    crash: { title: 'This page failed', retry: 'Try again' },
  },
} as const
