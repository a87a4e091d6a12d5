export const text = {
  answer: 'Copy answer',
  question: 'Copy question',
  code: 'Copy code',
  copied: 'Copied',
  forbidden: 'Your browser does not allow copying here. Select the text instead.',
}
