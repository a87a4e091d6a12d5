import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    model: 'Model',
    models: 'Models · USD per 1M tokens in / out · context',
    faults: 'Faults',
    price: '{input} / {output}',
    priceUnknown: 'price unknown',
    priceByProvider: 'priced by the provider',
    context: '{tokens} context',
  },

  de: {
    model: 'Modell',
    models: 'Modelle · USD pro 1 Mio. Tokens ein / aus · Kontext',
    faults: 'Fehler',
    price: '{input} / {output}',
    priceUnknown: 'Preis unbekannt',
    priceByProvider: 'Preis vom Anbieter',
    context: '{tokens} Kontext',
  },
})
