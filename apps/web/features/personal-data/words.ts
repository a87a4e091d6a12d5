import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    title: 'Your data',
    intro:
      'What is kept about you here: your conversations with their pictures and ratings, what you used, and your account, if you have one.',
    download: 'Download everything',
    downloadHint: 'One JSON file, with every version of every message.',
    delete: 'Delete everything',
    deleteHint:
      'For good, and at once; an answer that is being written ends. What was used stays as sums for a day and a model, without you in them. If an administrator has set limits for you, these stay, without your name and address.',
    really: 'Nothing of it can be brought back.',
    deleteNow: 'Delete everything for good',
    cancel: 'Cancel',
    deleting: 'Deleting…',
    failed: 'That did not work yet. Try again in a moment.',
  },

  de: {
    title: 'Deine Daten',
    intro:
      'Was hier über dich gespeichert ist: deine Unterhaltungen mit Bildern und Bewertungen, dein Verbrauch und dein Konto, wenn du eins hast.',
    download: 'Alles herunterladen',
    downloadHint: 'Eine JSON-Datei, mit jeder Fassung jeder Nachricht.',
    delete: 'Alles löschen',
    deleteHint:
      'Endgültig und sofort; eine laufende Antwort endet. Der Verbrauch bleibt als Summe je Tag und Modell, ohne dich. Hat die Verwaltung Grenzen für dich gesetzt, bleiben sie, ohne Namen und Adresse.',
    really: 'Nichts davon lässt sich zurückholen.',
    deleteNow: 'Alles endgültig löschen',
    cancel: 'Abbrechen',
    deleting: 'Wird gelöscht …',
    failed: 'Das hat noch nicht geklappt. Versuch es gleich noch einmal.',
  },
})
