import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    trace: 'trace',
    traceLabel: 'Trace of this answer (opens in a new tab)',
    board: 'Board of this conversation',
    boardLabel: 'Board of this conversation (opens in a new tab)',
  },

  de: {
    trace: 'Trace',
    traceLabel: 'Trace dieser Antwort (öffnet einen neuen Tab)',
    board: 'Dashboard dieser Unterhaltung',
    boardLabel: 'Dashboard dieser Unterhaltung (öffnet einen neuen Tab)',
  },
})
