import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    question: 'Allow “{tool}”?',
    /** For screen readers, where focus stays with what is being typed. */
    asks: 'The answer waits: allow “{tool}”? The question stands in the newest answer.',
    server: 'On the server “{server}”',
    ownTool: 'By this chat itself',
    destructive: 'Its server says that this may destroy something.',
    input: 'With this input',
    noInput: 'Without any input.',
    showAll: 'Show all {count} characters',
    showLess: 'Show less',
    once: 'Allow once',
    conversation: 'Allow for this conversation',
    deny: 'Deny',
    until: 'Waits until {time}, then it is not done.',
    notTaken: 'This was not taken: it may have been decided elsewhere, or the connection is lost. Try again.',
    decided: {
      conversation: 'You allowed this tool for the whole conversation.',
      remembered: 'Allowed before, for the whole conversation.',
      expired: 'Nobody allowed it in time.',
    },
  },

  de: {
    question: '„{tool}“ erlauben?',
    asks: 'Die Antwort wartet: „{tool}“ erlauben? Die Frage steht in der neuesten Antwort.',
    server: 'Auf dem Server „{server}“',
    ownTool: 'Durch diesen Chat selbst',
    destructive: 'Der Server sagt, dass dabei etwas zerstört werden kann.',
    input: 'Mit dieser Eingabe',
    noInput: 'Ohne Eingabe.',
    showAll: 'Alle {count} Zeichen zeigen',
    showLess: 'Weniger zeigen',
    once: 'Einmal erlauben',
    conversation: 'Für diese Unterhaltung erlauben',
    deny: 'Ablehnen',
    until: 'Wartet bis {time}, danach geschieht es nicht.',
    notTaken:
      'Das kam nicht an: Vielleicht wurde anderswo entschieden, oder die Verbindung ist weg. Versuch es noch einmal.',
    decided: {
      conversation: 'Du hast dieses Werkzeug für die ganze Unterhaltung erlaubt.',
      remembered: 'Schon vorher für die ganze Unterhaltung erlaubt.',
      expired: 'Niemand hat es rechtzeitig erlaubt.',
    },
  },
})
