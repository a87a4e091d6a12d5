import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    regenerate: 'Regenerate answer',
    // Followed by the API's sentence, where it has one.
    stopped: 'Stopped by you.',
    disconnected: 'Connection lost before the answer was complete.',
    truncated: 'Cut off.',
    failed: 'Failed.',
    refusal: 'The model declined.',
    empty: 'Empty answer.',
  },

  de: {
    regenerate: 'Neu antworten lassen',
    stopped: 'Von dir angehalten.',
    disconnected: 'Die Verbindung ist abgerissen, bevor die Antwort fertig war.',
    truncated: 'Abgeschnitten.',
    failed: 'Fehlgeschlagen.',
    refusal: 'Das Modell hat abgelehnt.',
    empty: 'Leere Antwort.',
  },
})
