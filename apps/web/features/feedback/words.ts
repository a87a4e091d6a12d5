import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
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
  },

  de: {
    up: 'Gute Antwort',
    down: 'Schlechte Antwort',
    comment: 'Kommentar (freiwillig)',
    upPlaceholder: 'Was war gut daran?',
    downPlaceholder: 'Was war falsch daran?',
    save: 'Kommentar speichern',
    close: 'Kein Kommentar',
    saved: 'Danke, deine Bewertung ist gespeichert.',
    removed: 'Deine Bewertung ist entfernt.',
    failed: 'Die Bewertung ließ sich nicht speichern. Versuch es noch einmal.',
  },
})
