export const text = {
  thinking: 'Thinking…',
  thoughts: 'Thoughts',
  thoughtFor: (duration: string) => `Thought for ${duration}`,
}
