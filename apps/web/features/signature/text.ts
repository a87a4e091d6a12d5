export const text = {
  show: 'Show details of this answer',
  toFirstToken: (duration: string) => `${duration} to first token`,
  firstTokenUnknown: 'first token unknown',
  noToken: 'no token arrived',
  perSecond: (rate: string) => `${rate} tok/s`,
  tokens: (count: string) => `${count} tokens`,
  tokensUnknown: 'tokens unknown',
  costUnknown: 'cost unknown',
}
