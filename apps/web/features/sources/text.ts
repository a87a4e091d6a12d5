export const text = { source: 'Source' }
