export const text = {
  group: 'Versions',
  position: (index: number, count: number) => `${index} of ${count}`,
  shown: (index: number, count: number) => `Version ${index} of ${count}`,
  previous: 'Previous version',
  next: 'Next version',
  unavailable: 'That version could not be loaded. Try again.',

  edit: 'Edit question',
  edited: 'Edited question',
  send: 'Ask again',
  cancel: 'Cancel',
  hint: 'The earlier question and its answers stay reachable. Esc cancels.',
}
