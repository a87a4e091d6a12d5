export const text = {
  thinking: 'Thinking…',
  answering: 'Answering',
  usingTools: 'Using tools',
  stopping: 'Stopping',
  ready: (start: string) => `Answer ready: ${start}`,
}
