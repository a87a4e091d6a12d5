import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    label: 'Break it',
    hint: 'Make a fault happen, then find its cause in the trace.',
    // By the mock's model.
    faults: {
      'mock-slow': { label: 'Slow first token', prompt: 'Why did the first token take so long?' },
      'mock-cut': { label: 'Cut answer', prompt: 'What does an answer look like that is cut off?' },
      'mock-429': { label: 'Rate limit', prompt: 'What happens when the provider limits requests?' },
      'mock-stall': { label: 'Stall', prompt: 'What happens when the provider goes silent?' },
    },
  },

  de: {
    label: 'Mach was kaputt',
    hint: 'Lass einen Fehler passieren und such im Trace, woher er kommt.',
    faults: {
      'mock-slow': { label: 'Langsamer Anfang', prompt: 'Warum hat das erste Token so lange gebraucht?' },
      'mock-cut': { label: 'Abgeschnittene Antwort', prompt: 'Wie sieht eine Antwort aus, die mittendrin abbricht?' },
      'mock-429': { label: 'Zu viele Anfragen', prompt: 'Was passiert, wenn der Anbieter Anfragen begrenzt?' },
      'mock-stall': { label: 'Funkstille', prompt: 'Was passiert, wenn vom Anbieter nichts mehr kommt?' },
    },
  },
})
