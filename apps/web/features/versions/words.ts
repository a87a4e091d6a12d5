import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    group: 'Versions',
    position: '{index} of {count}',
    shown: 'Version {index} of {count}',
    previous: 'Previous version',
    next: 'Next version',
    unavailable: 'That version could not be loaded. Try again.',
    edit: 'Edit question',
    edited: 'Edited question',
    send: 'Ask again',
    cancel: 'Cancel',
    hint: 'The earlier question and its answers stay reachable. Esc cancels.',
  },

  de: {
    group: 'Versionen',
    position: '{index} von {count}',
    shown: 'Version {index} von {count}',
    previous: 'Vorige Version',
    next: 'Nächste Version',
    unavailable: 'Diese Version ließ sich nicht laden. Versuch es noch einmal.',
    edit: 'Frage bearbeiten',
    edited: 'Bearbeitete Frage',
    send: 'Neu fragen',
    cancel: 'Abbrechen',
    hint: 'Die frühere Frage und ihre Antworten bleiben erreichbar. Esc bricht ab.',
  },
})
