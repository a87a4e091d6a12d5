/** What visitors ask: prompts that the mock model has an answer of its own for, and two that it has not. */
export const prompts = [
  'Explain what a trace is, in three sentences.',
  'Show me a TypeScript function that streams server-sent events.',
  'Compare Loki, Tempo and Mimir in a table.',
  'Why is time to first token different from total latency?',
  'Write a long guide to OpenTelemetry sampling.',
  'Count the words of a file in Python and in Go.',
  'List five signs that an LLM feature is unhealthy.',
  'Why did the printing press spread so quickly?',
  'Summarise the on-call handbook.',
  'What is OTLP?',
  'How can I lower the cost of LLM calls?',
  'What does p95 mean?',
  'Write a haiku about latency.',
  'Hello',
  'Which of our services is the slowest today?',
  'Where did I leave my umbrella?',
] as const
