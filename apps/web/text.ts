/** Every sentence and label of the interface, but for those of its features: each has a text.ts of its own. */
export const text = {
  product: 'LGTM Chat',
  tagline: 'Chat with a language model, and follow every answer into its own trace, logs, tokens and price.',
  skipToComposer: 'Skip to the message field',

  empty: {
    title: 'What would you like to know?',
    examplesLabel: 'Examples',
    examples: [
      'Explain what a trace is, in three sentences.',
      'Show me a TypeScript function that streams server-sent events.',
      'Compare Loki, Tempo and Mimir in a table.',
      'What is 17% of 2,340?',
    ],
  },

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
    thinking: 'Thinking…',
    answering: 'Answering',
    usingTools: 'Using tools',
    stopping: 'Stopping',
    ready: (start: string) => `Answer ready: ${start}`,
    elsewhere: 'This answer is still being written.',
    jump: 'Jump to latest',
    copy: 'Copy answer',
    copyQuestion: 'Copy question',
    copyCode: 'Copy code',
    copied: 'Copied',
    copyForbidden: 'Your browser does not allow copying here. Select the text instead.',
    retry: 'Retry',
    retryIn: (wait: string) => `Retry in ${wait}`,
    retryNow: 'You can retry now.',
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
    length: 'Output limit reached.',
    contentFilter: 'Ended by the provider’s content filter.',
    rateLimited: 'Rate limited.',
    timedOut: 'Timed out.',
    providerDown: 'Provider down.',
    empty: 'Empty answer.',
  },

  signature: {
    show: 'Show details of this answer',
    toFirstToken: (duration: string) => `${duration} to first token`,
    firstTokenUnknown: 'first token unknown',
    noToken: 'no token arrived',
    perSecond: (rate: string) => `${rate} tok/s`,
    tokens: (count: string) => `${count} tokens`,
    tokensUnknown: 'tokens unknown',
    costUnknown: 'cost unknown',
  },

  problem: {
    rateLimited: 'Too many questions in a short time.',
    budget: 'No budget left.',
    database: 'The database is away.',
    tooLong: 'Too long.',
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
