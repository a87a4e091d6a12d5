import { translated } from '../../words/translated.ts'

export const words = translated({
  en: {
    show: 'Show details of this answer',
    toFirstToken: '{duration} to first token',
    firstTokenUnknown: 'first token unknown',
    noToken: 'no token arrived',
    perSecond: '{rate} tok/s',
    tokens: { one: '{count} token', other: '{count} tokens' },
    tokensUnknown: 'tokens unknown',
    costUnknown: 'cost unknown',
    estimated: 'estimated ≤ {usd}',
  },

  de: {
    show: 'Details dieser Antwort zeigen',
    toFirstToken: '{duration} bis zum ersten Token',
    firstTokenUnknown: 'erstes Token unbekannt',
    noToken: 'kein Token angekommen',
    perSecond: '{rate} Tok/s',
    tokens: { one: '{count} Token', other: '{count} Tokens' },
    tokensUnknown: 'Tokens unbekannt',
    costUnknown: 'Kosten unbekannt',
    estimated: 'geschätzt ≤ {usd}',
  },
})
