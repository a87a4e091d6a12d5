/** Text as PostgreSQL's jsonb takes it: without NUL, and without halves of surrogate pairs. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}

/**
 * A JSON value with only such text in it, keys included; null for what JSON cannot hold. Without the keys that change what
 * an object is: the page's client reads no stream that has them.
 */
export function storableJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? 'null', (_key, inner) => {
    if (typeof inner === 'string') return storable(inner)
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner
    const entries = Object.entries(inner).map(([key, item]) => [storable(key), item] as const)
    return Object.fromEntries(entries.filter(([key]) => key !== '__proto__' && key !== 'constructor'))
  })
}
