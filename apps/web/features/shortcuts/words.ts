import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    open: 'Shortcuts',
    title: 'Keyboard shortcuts',
    close: 'Close',
    or: 'or',
    commands: {
      newChat: 'New chat',
      search: 'Search conversations',
      message: 'Go to the message field',
      copy: 'Copy the last answer',
      sidebar: 'Show or hide conversations',
      help: 'This list',
      stop: 'Stop the answer',
      send: 'Send the message',
      newLine: 'New line',
    },
    shift: 'Shift',
    control: 'Ctrl',
    singleKeys: 'Shortcuts of a single key',
    singleKeysHint: 'They work outside of text fields. Switch them off if you dictate, or press keys by accident.',
  },

  de: {
    open: 'Tastenkürzel',
    title: 'Tastenkürzel',
    close: 'Schließen',
    or: 'oder',
    commands: {
      newChat: 'Neuer Chat',
      search: 'Unterhaltungen suchen',
      message: 'Zum Eingabefeld',
      copy: 'Letzte Antwort kopieren',
      sidebar: 'Unterhaltungen ein- oder ausblenden',
      help: 'Diese Liste',
      stop: 'Antwort anhalten',
      send: 'Nachricht senden',
      newLine: 'Neue Zeile',
    },
    shift: 'Umschalt',
    control: 'Strg',
    singleKeys: 'Kürzel mit nur einer Taste',
    singleKeysHint:
      'Sie gelten außerhalb von Textfeldern. Schalte sie aus, wenn du diktierst oder öfter versehentlich Tasten drückst.',
  },
})
