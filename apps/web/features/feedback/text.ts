export const text = {
  up: 'Good answer',
  down: 'Bad answer',
  comment: 'Comment (optional)',
  upPlaceholder: 'What was good about it?',
  downPlaceholder: 'What was wrong with it?',
  save: 'Save comment',
  close: 'No comment',
  saved: 'Thank you, your rating is saved.',
  removed: 'Your rating is removed.',
  failed: 'The rating could not be saved. Try again.',
}
