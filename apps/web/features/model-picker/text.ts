export const text = {
  model: 'Model',
  models: 'Models · USD per 1M tokens in / out · context',
  faults: 'Faults',
  price: (input: string, output: string) => `${input} / ${output}`,
  priceUnknown: 'price unknown',
  priceByProvider: 'priced by the provider',
  context: (tokens: string) => `${tokens} context`,
}
