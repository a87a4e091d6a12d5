export const text = {
  label: 'Examples',
  examples: [
    'Explain what a trace is, in three sentences.',
    'Show me a TypeScript function that streams server-sent events.',
    'Compare Loki, Tempo and Mimir in a table.',
    'What is 17% of 2,340?',
  ],
}
