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
      regenerate: 'Regenerate answer',
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
    crash: { title: 'This page failed', retry: 'Try again' },
  },
} as const
