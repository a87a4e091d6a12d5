import { expect, test } from 'vitest'
import { preferredLanguage } from './preferred-language.ts'

test.each([
  ['', 'en'],
  ['*', 'en'],
  ['de', 'de'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en-GB, en;q=0.9, de;q=0.8', 'en'],
  ['en;q=0.5, DE-ch;q=0.7', 'de'],
  ['fr-FR, fr;q=0.9', 'en'],
  ['fr-FR, fr;q=0.9, de;q=0.3', 'de'],
  ['de;q=0, en;q=0.1', 'en'],
  ['de;q=nonsense, en;q=0.1', 'en'],
  [';;;,,q=1', 'en'],
])('"%s" is %s', (accepted, language) => expect(preferredLanguage(accepted)).toBe(language))
