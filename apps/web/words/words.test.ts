import { describe, expect, test } from 'vitest'
import { core } from './core.ts'
import * as features from './features.ts'
import { type Language, languages, spoken, translated } from './translated.ts'

/** Every string by its path; the forms of a plural are one. */
function strings(words: unknown, path = ''): [path: string, forms: Record<string, string>][] {
  if (path === ENGLISH_IN_THE_API) return []
  if (typeof words === 'string') return [[path, { '': words }]]
  const inside = words as Record<string, unknown>
  if ('other' in inside) return [[path, inside as Record<string, string>]]
  return Object.entries(inside).flatMap(([key, value]) => strings(value, `${path}.${key}`))
}
const ENGLISH_IN_THE_API = 'failureWords.sentences'
const names = (template: string) => [...new Set(template.match(/\{\w+\}/g))].sort()
const all = Object.entries<{ en: unknown; de?: unknown }>(Object.assign({ core }, features))
const others = languages.filter((language) => language !== 'en')

/** What both languages call the same. */
const SAME = /^(core\.product|markdown\.code(In)?|modelPicker\.price|theme\.system)$/

describe.each(others)('the words in %s', (language: Language) => {
  // Without features/translation the core is English alone.
  const translatedWords = all.filter(([, words]) => language in words)
  test.each(translatedWords)('of %s have the keys of the English ones, and leave the same open', (name, words) => {
    const english = strings(words.en, name)
    const theirs = strings(words[language], name)
    expect(theirs.map(([path]) => path)).toEqual(english.map(([path]) => path))
    for (const [index, [path, forms]] of theirs.entries())
      for (const [category, form] of Object.entries(forms)) {
        const open = names(Object.values(english[index]?.[1] ?? {}).at(-1) ?? '')
        // "The oldest message" says its count by itself.
        const said = category === 'one' && !form.includes('{count}') ? open.filter((name) => name !== '{count}') : open
        expect(names(form), path).toEqual(said)
      }
  })

  test('are others than the English ones, but for a few', () => {
    const same = translatedWords.flatMap(([name, words]) => {
      const english = new Map(strings(words.en, name))
      return strings(words[language], name).flatMap(([path, forms]) =>
        Object.values(forms).some((form) => Object.values(english.get(path) ?? {}).includes(form)) ? [path] : [],
      )
    })
    expect(same.filter((path) => !SAME.test(path))).toEqual([])
  })

  test('have the plural forms that the language has', () => {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted()
    for (const [name, words] of translatedWords)
      for (const [path, forms] of strings(words[language], name))
        if ('other' in forms) expect(Object.keys(forms).sort(), path).toEqual(categories)
  })
})

describe('words', () => {
  const words = translated({
    en: { plain: 'plain', open: '{a} of {b}', many: { one: '{count} file', other: '{count} files' }, list: ['x'] },
    de: {
      plain: 'schlicht',
      open: '{a} von {b}',
      many: { one: '{count} Datei', other: '{count} Dateien' },
      list: ['y'],
    },
  })
  const german = spoken(words.de as never as (typeof words)['en'], 'de')

  test('are said with what their sentence leaves open', () => {
    expect(german.plain).toBe('schlicht')
    expect(german.open({ a: 'eins', b: 1234.5 })).toBe('eins von 1.235')
    expect(german.list).toEqual(['y'])
  })

  test('take the plural form of their count', () => {
    expect(german.many({ count: 1 })).toBe('1 Datei')
    expect(german.many({ count: 12_000 })).toBe('12.000 Dateien')
    expect(spoken(words.en, 'en').many({ count: 0 })).toBe('0 files')
  })

  test('do not compile with a key that is missing, or too many, or with a value that is', () => {
    // @ts-expect-error German lacks `b`
    translated({ en: { a: 'a', b: 'b' }, de: { a: 'a' } })
    // @ts-expect-error English lacks `b`
    translated({ en: { a: 'a' }, de: { a: 'a', b: 'b' } })
    // @ts-expect-error there is no German
    translated({ en: { a: 'a' } })
    // @ts-expect-error nested, too
    translated({ en: { a: { b: 'b' } }, de: { a: { b: 'b', c: 'c' } } })
    // @ts-expect-error it needs `a` and `b`
    expect(spoken(words.en, 'en').open({ a: 'x' })).toBe('x of ')
  })
})
