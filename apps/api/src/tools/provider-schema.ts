type Schema = Readonly<Record<string, unknown>>

/** Of no use to a model, and refused by some. */
const LEFT_OUT = new Set(['$schema', '$id', '$anchor', '$comment', '$defs', 'definitions'])
/** What every provider knows; the rest of JSON Schema is refused by one or the other. */
const PLAIN = new Set('type properties required items enum description anyOf minimum maximum'.split(' '))
/** Deeper than so many references, where a schema holds itself, and in one this large, anything goes. */
const MAX_DEPTH = 8
const MAX_SCHEMAS = 2000

/**
 * A tool's JSON Schema as providers take it: an object at the top, with `properties` in every object and `items` in every
 * array, without references, alternatives at the top, or lists of types. It says no less than before, except that of
 * alternatives at the top all are offered, and required is only what all of them require.
 * @param plain without every keyword that only some providers know
 */
export function providerSchema(schema: Schema, plain = false): Schema {
  const clean = cleaned(schema, { root: schema, plain, within: [], count: { schemas: 0 } })
  const { anyOf, oneOf, allOf, ...rest } = clean
  let top: Schema = rest
  for (const part of listOf<Schema>(allOf)) top = combined(top, part, (a, b) => [...new Set([...a, ...b])])
  const alternatives = [...listOf<Schema>(anyOf), ...listOf<Schema>(oneOf)]
  if (alternatives.length > 0) {
    const either = alternatives.reduce((a, b) => combined(a, b, (a, b) => a.filter((name) => b.includes(name))))
    top = combined(top, either, (a, b) => [...new Set([...a, ...b])])
  }
  return { ...top, type: 'object', properties: recordOf(top.properties) }
}

interface Place {
  readonly root: Schema
  readonly plain: boolean
  /** The references that led here. */
  readonly within: readonly string[]
  readonly count: { schemas: number }
}

function cleaned(schema: unknown, place: Place): Schema {
  const { root, plain, within, count } = place
  if (!isRecord(schema) || ++count.schemas > MAX_SCHEMAS) return {} // `true`: anything
  if (typeof schema.$ref === 'string') {
    const { $ref, ...beside } = schema
    if (within.includes(schema.$ref) || within.length >= MAX_DEPTH)
      return described({ type: 'object', properties: {} }, beside)
    return described(cleaned(referred(root, schema.$ref), { ...place, within: [...within, schema.$ref] }), beside)
  }
  const result: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(schema)) {
    if (LEFT_OUT.has(key) || (plain && !PLAIN.has(key) && key !== 'oneOf' && key !== 'allOf' && key !== 'const'))
      continue
    if (key === 'properties' || key === 'patternProperties' || key === 'dependentSchemas') {
      result[key] = Object.fromEntries(
        Object.entries(recordOf(value)).map(([name, one]) => [name, cleaned(one, place)]),
      )
    } else if (Array.isArray(value) && ['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(key)) {
      result[key] = value.map((one) => cleaned(one, place))
    } else if (isRecord(value) && ['items', 'additionalProperties', 'not', 'contains', 'propertyNames'].includes(key)) {
      result[key] = cleaned(value, place)
    } else if (key === 'const') result.enum = [value]
    else if (key === 'type' && Array.isArray(value)) Object.assign(result, typeOf(value))
    // Whether there may be more is for the tool to check, and a list of items says of each place what it is.
    else if (key !== 'additionalProperties' && !(key === 'items' && Array.isArray(value))) result[key] = value
  }
  if (plain && result.oneOf) {
    result.anyOf = [...listOf(result.anyOf), ...listOf(result.oneOf)]
    delete result.oneOf
  }
  if (result.type === 'object' || result.properties)
    Object.assign(result, { type: 'object', properties: recordOf(result.properties) })
  if (result.type === 'array' && !isRecord(result.items)) result.items = {}
  return result
}

/** `["string", "null"]` is a string: what is not required may be left out. */
function typeOf(types: readonly unknown[]): Schema {
  const known = types.filter((type) => type !== 'null')
  return known.length === 1 ? { type: known[0] } : { anyOf: known.map((type) => ({ type })) }
}

function referred(root: Schema, reference: string): unknown {
  if (!reference.startsWith('#/')) return reference === '#' ? root : {}
  const names = reference
    .slice(2)
    .split('/')
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'))
  return names.reduce<unknown>((value, name) => (isRecord(value) ? value[name] : undefined), root)
}

function combined(a: Schema, b: Schema, required: (a: string[], b: string[]) => string[]): Schema {
  const { required: _, ...rest } = { ...b, ...a }
  const needed = required(listOf(a.required), listOf(b.required))
  const properties = { ...recordOf(b.properties), ...recordOf(a.properties) }
  return { ...rest, properties, ...(needed.length > 0 && { required: needed }) }
}

function described(schema: Schema, { description, title }: Schema): Schema {
  return { ...schema, ...(title !== undefined && { title }), ...(description !== undefined && { description }) }
}

function listOf<T>(value: unknown): T[] {
  return Array.isArray(value) ? value : []
}

function recordOf(value: unknown): Schema {
  return isRecord(value) ? value : {}
}

function isRecord(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
