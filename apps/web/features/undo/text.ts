export const text = {
  undo: 'Undo',
  restored: 'The conversation is back.',
  notRestored: 'The conversation could not be brought back.',
}
