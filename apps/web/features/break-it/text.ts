export const text = {
  label: 'Break it',
  hint: 'Make a fault happen, then find its cause in the trace.',
  faults: [
    { model: 'mock-slow', label: 'Slow first token', prompt: 'Why did the first token take so long?' },
    { model: 'mock-cut', label: 'Cut answer', prompt: 'What does an answer look like that is cut off?' },
    { model: 'mock-429', label: 'Rate limit', prompt: 'What happens when the provider limits requests?' },
    { model: 'mock-stall', label: 'Stall', prompt: 'What happens when the provider goes silent?' },
  ],
}
