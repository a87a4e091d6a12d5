/** Every sentence and label of the interface, but for those of its features: each has a text.ts of its own. */
export const text = {
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
    codeLabel: (language: string) => (language ? `Code in ${language}` : 'Code'),
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
    apiUnreachable: 'The API is not reachable at the moment. Retry in a few seconds.',
    noSuchPath: 'There is no such path.',
    conversationUnavailable: 'This conversation cannot be loaded at the moment.',
  },

  notFound: {
    title: 'Not found',
    detail: 'There is no such page, or the conversation belongs to another visitor.',
    home: 'Start a new chat',
  },
  crash: { title: 'This page failed', detail: 'The error has been logged.', retry: 'Try again' },
} as const
