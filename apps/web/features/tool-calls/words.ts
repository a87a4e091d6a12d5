import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    tool: 'Tool',
    working: 'running',
    done: 'done',
    failed: 'failed',
    denied: 'not allowed',
    asks: 'waits for you',
    unfinished: 'not finished',
    input: 'Input',
    output: 'Output',
    error: 'Error',
  },

  de: {
    tool: 'Werkzeug',
    working: 'läuft',
    done: 'fertig',
    failed: 'fehlgeschlagen',
    denied: 'nicht erlaubt',
    asks: 'wartet auf dich',
    unfinished: 'nicht beendet',
    input: 'Eingabe',
    output: 'Ausgabe',
    error: 'Fehler',
  },
})
