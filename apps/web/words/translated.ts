/** The languages of the page, the first one being for whoever wants none of them. docs/languages.md tells how to add one. */
export const languages = ['en', 'de'] as const
export type Language = (typeof languages)[number]

/** By the category of `count` in the language (`Intl.PluralRules`). */
export type Plural = { readonly other: string } & { readonly [category in Intl.LDMLPluralRule]?: string }

/** The same keys, in another language. */
type SameKeys<Words> = Words extends string
  ? string
  : Words extends Plural
    ? Plural
    : { readonly [Key in keyof Words]: SameKeys<Words[Key]> }

type Translations<Words> = { readonly en: Words } & Readonly<Record<Exclude<Language, 'en'>, SameKeys<Words>>>

/**
 * Words in each language. A key that one of them lacks, or has in excess, does not compile. What is filled in stands in
 * braces: `{count} of {limit}`.
 */
export function translated<const Words>(words: Translations<NoInfer<Words>> & { readonly en: Words }) {
  return words as Translations<Words>
}

type Names<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Names<Rest>
  : never
type Values<Template extends string> = Readonly<Record<Names<Template>, string | number>>

/** Words to be said: a string, or a function of what its sentence leaves open. */
export type Spoken<Words> = Words extends string
  ? [Names<Words>] extends [never]
    ? string
    : (values: Values<Words>) => string
  : Words extends Plural
    ? (values: Values<Words['other']> & { readonly count: number }) => string
    : { readonly [Key in keyof Words]: Spoken<Words[Key]> }

const known = new WeakMap<object, unknown>()

/** Makes words of one language ready to be said. Numbers that are filled in are written as the language writes them. */
export function spoken<Words>(words: Words, language: Language): Spoken<Words> {
  const said = known.get(words as object) ?? speak(words, language)
  known.set(words as object, said)
  return said as Spoken<Words>
}

function speak(words: unknown, language: Language): unknown {
  if (typeof words === 'string')
    return /\{\w+\}/.test(words) ? (values: Filling) => fill(words, values, language) : words
  if (Array.isArray(words)) return words.map((one) => speak(one, language))
  if (isPlural(words)) {
    const rules = new Intl.PluralRules(language)
    return (values: Filling) => fill(words[rules.select(Number(values.count))] ?? words.other, values, language)
  }
  return Object.fromEntries(Object.entries(words as object).map(([key, value]) => [key, speak(value, language)]))
}

type Filling = Readonly<Record<string, string | number>>

function fill(template: string, values: Filling, language: Language): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = values[name]
    return typeof value === 'number' ? value.toLocaleString(language, { maximumFractionDigits: 0 }) : (value ?? '')
  })
}

function isPlural(words: unknown): words is Plural {
  return typeof words === 'object' && words !== null && 'other' in words
}
